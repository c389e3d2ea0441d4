import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.domain.engagements import Deed, Engagement

ACCOUNT, POST = 1, 2

deeds = st.sampled_from(Deed)
deed_ids = st.none() | st.integers(1, 2**53 - 1)
steps = st.lists(st.tuples(deeds, deed_ids, st.integers(1, 2**53 - 1)), max_size=12)


def test_nothing_is_known_of_who_has_never_done_anything() -> None:
    engagement = Engagement(ACCOUNT, POST)
    assert engagement.is_blank
    assert engagement.revision is None
    assert [engagement.deed_id(deed) for deed in Deed] == [None] * 3


@pytest.mark.parametrize("deed", Deed)
def test_a_deed_is_known_by_its_identifier_and_touches_no_other(deed: Deed) -> None:
    before = Engagement(ACCOUNT, POST)
    done = before.having(deed, 7, revision=8)
    assert {each for each in Deed if done.deed_id(each) is not None} == {deed}
    assert (done.deed_id(deed), done.revision, done.is_blank) == (7, 8, False)
    assert before.is_blank, "what was read stays as it was read"
    undone = done.having(deed, None, revision=9)
    assert (undone.is_blank, undone.revision) == (True, 9)


@given(steps)
def test_each_deed_is_as_it_was_last_done_or_undone(steps: list[tuple[Deed, int | None, int]]) -> None:
    engagement, model = Engagement(ACCOUNT, POST), dict[Deed, int | None]()
    for deed, deed_id, revision in steps:
        engagement = engagement.having(deed, deed_id, revision=revision)
        model[deed] = deed_id
        assert {each: engagement.deed_id(each) for each in Deed} == {each: model.get(each) for each in Deed}
        assert engagement.revision == revision
        assert engagement.is_blank == (not any(model.values()))
        assert (engagement.account_id, engagement.post_id) == (ACCOUNT, POST)
