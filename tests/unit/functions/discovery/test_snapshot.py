from hypothesis import given
from hypothesis import strategies as st

from functions.discovery.finding import HASHTAGS, SEEDS
from functions.discovery.posts import POOL
from functions.discovery.snapshot import Snapshot
from kith.domain import ids
from kith.domain.clock import DAY
from kith.domain.posts import HASHTAG_MOST
from kith.domain.recommendations import Reason, Way
from kith.web.seals import opened, sealed

SECRET = bytes(32)
NOW = ids.EPOCH + 1_000 * DAY
TRENDING = Reason(Way.TRENDING)

post_ids = st.integers(1, ids.LIMIT - 1)
origins = st.lists(st.builds(Reason, st.just(Way.SIMILAR), post_id=post_ids), max_size=SEEDS)
hashtags = st.lists(
    st.builds(
        Reason, st.just(Way.HASHTAG), hashtag=st.text(st.characters(categories=["L", "N"]), min_size=1)
    ),
    max_size=HASHTAGS,
)


def carried(snapshot: Snapshot) -> Snapshot:
    """Return what is left of a snapshot by a cursor that is handed back."""
    text = opened(sealed(snapshot.written(), SECRET, "a list"), SECRET, "a list")
    assert text is not None, "a cursor can be opened"
    return Snapshot.read(text)


def listed(reasons: list[Reason], *, days: int) -> Snapshot:
    """Return as many posts as there may be, some of each reason, of the last days."""
    made = [ids.first_at(NOW - place * days * DAY // POOL) + 4_095 - place for place in range(POOL)]
    return Snapshot(tuple((each, reasons[place % len(reasons)]) for place, each in enumerate(made)))


@given(st.data(), origins, hashtags, st.lists(post_ids, unique=True, max_size=20))
def test_a_cursor_says_what_is_still_to_come_and_why(
    data: st.DataObject, similar: list[Reason], tagged: list[Reason], remaining: list[int]
) -> None:
    some = st.sampled_from([TRENDING, *similar, *tagged])
    snapshot = Snapshot(tuple((each, data.draw(some)) for each in remaining))
    text = snapshot.written()
    assert Snapshot.read(text).remaining == snapshot.remaining[: len(Snapshot.read(text).remaining)]
    if len(text.encode()) < 600:
        assert Snapshot.read(text) == snapshot


def test_a_cursor_carries_all_posts_of_somebody_who_takes_to_much() -> None:
    similar = [Reason(Way.SIMILAR, post_id=ids.first_at(NOW - place * DAY) + 4_095) for place in range(SEEDS)]
    tagged = [
        Reason(Way.HASHTAG, hashtag=each) for each in ("straßenbahn", "berlin", "музыка", "python", "夜景")
    ]
    snapshot = listed([TRENDING, *similar, *tagged], days=30)
    assert carried(snapshot) == snapshot


def test_a_cursor_carries_the_best_of_what_would_not_go_into_an_address() -> None:
    similar = [Reason(Way.SIMILAR, post_id=ids.LIMIT * (place + 1) // SEEDS - 1) for place in range(SEEDS)]
    tagged = [Reason(Way.HASHTAG, hashtag=chr(0x20000 + place) * HASHTAG_MOST) for place in range(HASHTAGS)]
    for reasons in ([*similar, *tagged], [*tagged, *similar], tagged):
        snapshot = listed(reasons, days=1_000)
        rest = carried(snapshot)
        assert rest.remaining == snapshot.remaining[: len(rest.remaining)]
        assert 3 <= len(rest.remaining) < POOL
