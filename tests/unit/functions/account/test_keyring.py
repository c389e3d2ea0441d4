from hypothesis import given
from hypothesis import strategies as st

from functions.account.keyring import PUBLISHED_AHEAD, ROTATED_AFTER, DatedKey, KeyRing
from kith.domain.clock import DAY, HOUR, SECOND
from kith.tokens import LONGEST_LIFE

NOW = 1_800_000_000_000
FRESH = KeyRing("00", (DatedKey("first", NOW),))


def test_a_ring_survives_being_text() -> None:
    ring = FRESH.with_next("second", NOW + ROTATED_AFTER)
    assert KeyRing.from_json(ring.to_json()) == ring


def test_the_next_key_is_made_a_day_before_the_month_is_over() -> None:
    assert not FRESH.is_due(NOW + ROTATED_AFTER - PUBLISHED_AHEAD - 1)
    assert FRESH.is_due(NOW + ROTATED_AFTER - PUBLISHED_AHEAD)


def test_a_key_signs_a_day_after_it_was_made_and_the_former_one_stays() -> None:
    made_at = NOW + 29 * DAY
    ring = FRESH.with_next("second", made_at)
    assert [key.private_key for key in ring.keys] == ["first", "second"]
    assert ring.signing(made_at + DAY - 1).private_key == "first"
    assert ring.signing(made_at + DAY).private_key == "second"
    assert not ring.is_due(made_at + DAY)


def test_a_key_goes_with_the_rotation_after_its_last_token_expired() -> None:
    ring = FRESH.with_next("second", NOW + 29 * DAY).with_next("third", NOW + 58 * DAY)
    assert [key.private_key for key in ring.keys] == ["second", "third"]


def test_a_key_whose_tokens_may_be_alive_stays_even_when_rotations_follow_closely() -> None:
    ring = FRESH.with_next("second", NOW).with_next("third", NOW + DAY + 1)
    assert [key.private_key for key in ring.keys] == ["first", "second", "third"]


def test_a_compromised_ring_is_left_with_one_new_key_and_its_refresh_tokens() -> None:
    ring = FRESH.with_next("second", NOW + 29 * DAY).with_only("clean", NOW + 40 * DAY)
    assert ring == KeyRing("00", (DatedKey("clean", NOW + 40 * DAY),))


@given(st.lists(st.integers(0, 90 * DAY), max_size=8), st.integers(0, 90 * DAY))
def test_whatever_signed_a_token_is_in_the_ring_while_it_lives(pauses: list[int], later: int) -> None:
    ring, now = FRESH, NOW
    for number, pause in enumerate(pauses):
        now += pause
        signed_with = ring.signing(now)
        ring = ring.with_next(f"key {number}", now)
        assert signed_with in ring.keys
        assert ring.signing(now) == signed_with
    assert ring.signing(now + later).active_from <= now + later
    signed_an_hour_ago = ring.signing(now - LONGEST_LIFE * SECOND + 1)
    assert signed_an_hour_ago in ring.with_next("next", now).keys
    assert LONGEST_LIFE * SECOND == HOUR
