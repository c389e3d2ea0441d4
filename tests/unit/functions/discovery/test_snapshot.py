from hypothesis import given
from hypothesis import strategies as st

from functions.discovery.snapshot import Snapshot
from kith.domain import ids
from kith.domain.recommendations import Reason, Way

post_ids = st.integers(1, ids.LIMIT - 1)
reasons = st.lists(
    st.one_of(
        st.builds(Reason, st.just(Way.SIMILAR), post_id=post_ids),
        st.builds(Reason, st.just(Way.HASHTAG), hashtag=st.text(min_size=1)),
        st.just(Reason(Way.TRENDING)),
    ),
    min_size=1,
    max_size=26,
)


@given(st.data(), st.lists(post_ids, unique=True, max_size=100))
def test_a_cursor_says_what_is_still_to_come_and_why(data: st.DataObject, remaining: list[int]) -> None:
    some = data.draw(reasons)
    snapshot = Snapshot(tuple((each, data.draw(st.sampled_from(some))) for each in remaining))
    assert Snapshot.read(snapshot.written()) == snapshot
