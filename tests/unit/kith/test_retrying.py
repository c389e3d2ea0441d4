from kith.retrying import FIRST_PAUSE, LONGEST_PAUSE, attempts


def test_there_is_a_pause_before_each_attempt_but_the_first() -> None:
    pauses: list[float] = []
    paused_before = [(attempt, len(pauses)) for attempt in attempts(3, pauses.append)]
    assert paused_before == [(0, 0), (1, 1), (2, 2)]
    assert len(pauses) == 2


def test_pauses_grow_to_a_limit_and_are_not_alike() -> None:
    rounds = []
    for _ in range(200):
        pauses: list[float] = []
        assert list(attempts(12, pauses.append)) == list(range(12))
        rounds.append(pauses)
    for place, pauses_at_place in enumerate(zip(*rounds, strict=True), start=1):
        most = min(LONGEST_PAUSE, FIRST_PAUSE * 2**place)
        assert all(0 <= pause <= most for pause in pauses_at_place)
        assert max(pauses_at_place) > most / 2
        assert len(set(pauses_at_place)) > 100
