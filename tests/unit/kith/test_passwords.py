from typing import ClassVar, Literal

import pytest
from argon2 import PasswordHasher

from kith.domain.errors import Invalid
from kith.passwords import LANES, MEMORY_KIB, PASSES, Argon2Passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords(QUICK)


def test_hashes_are_argon2id_of_the_decided_cost() -> None:
    kept = Argon2Passwords().hashed("correct horse battery")
    assert kept.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
    assert (MEMORY_KIB, PASSES, LANES) == (19_456, 2, 1)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "🔑" * 64, "x" * 256, "nul \x00 inside", " spaced "]
)
def test_a_password_matches_its_own_hash_and_no_other(passwords: Argon2Passwords, password: str) -> None:
    kept = passwords.hashed(password)
    assert password not in kept
    assert passwords.matches(password, kept)
    assert not passwords.matches(password + "x", kept)
    assert not passwords.matches(password[:-1], kept)


def test_the_same_password_is_hashed_anew_each_time(passwords: Argon2Passwords) -> None:
    assert passwords.hashed("correct horse battery") != passwords.hashed("correct horse battery")


@pytest.mark.parametrize("password", ["password", "PASSWORD", "iloveyou", "12345678", "Football"])
def test_passwords_that_everybody_tries_first_are_refused(passwords: Argon2Passwords, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.hashed(password)
    assert [error.field for error in refused.value.fields] == ["password"]


def test_without_an_account_nothing_matches_and_the_work_is_the_same() -> None:
    class Counting(PasswordHasher):
        verified: ClassVar[list[str | bytes]] = []

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # argon2's name
            self.verified.append(password)
            return super().verify(hash, password)

    passwords = Argon2Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert [passwords.matches(password, None) for password in ("anything", "")] == [False, False]
    assert Counting.verified == ["anything", ""]
