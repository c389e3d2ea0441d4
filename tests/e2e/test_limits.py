"""What is limited, over any number of instances and through a restart."""

from collections import Counter

from tests.e2e.conftest import Newcomer
from tests.e2e.stack import LocalStack
from tests.e2e.test_concurrency import at_once

EXPORT, PER_DAY = "/api/v1/users/me/export", 20


def test_of_a_hundred_requests_at_once_exactly_as_many_pass_as_may(
    newcomer: Newcomer, local_stack: LocalStack
) -> None:
    person, other = newcomer(), newcomer()

    answers = at_once([lambda: person.http.post(EXPORT)] * 100)

    assert Counter(answer.status_code for answer in answers) == {202: PER_DAY, 429: 100 - PER_DAY}
    passed = [answer for answer in answers if answer.status_code == 202]
    remaining = sorted(int(answer.headers["ratelimit-remaining"]) for answer in passed)
    assert remaining == list(range(PER_DAY))
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["ratelimit-limit"] == str(PER_DAY)
    assert refused.headers["ratelimit-remaining"] == "0"
    assert 0 < int(refused.headers["retry-after"]) <= 24 * 3600 / PER_DAY
    assert other.http.post(EXPORT).status_code == 202

    local_stack.down()
    local_stack.up()

    assert person.http.post(EXPORT).status_code == 429
    assert other.http.post(EXPORT).status_code == 202
