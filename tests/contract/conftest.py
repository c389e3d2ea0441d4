"""Conversations with the whole API, whose answers several tests look at."""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from moto import mock_aws

from kith.table.gates import GateStore
from tests.component.conftest import empty_aws
from tests.contract.document import described
from tests.contract.machine import conversations
from tests.contract.record import OUT_OF_REACH, Record
from tests.contract.village import Village

EXAMPLES = int(os.environ.get("KITH_EXAMPLES", "27"))
AT_A_TIME = 9
"""Examples for one seed: after ten, Hypothesis goes on with such as resemble those that it had."""
STEPS = 40
LONGEST = 4
"""How many times as many there may be for every route to have its turn."""


@pytest.fixture(scope="package")
def village() -> Iterator[Village]:
    """A few people in an AWS of their own."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(), empty_aws(patch):
        # Neither is looked at here, and together they take a third of the time.
        patch.setattr(GateStore, "pass_address", lambda *_, **__: [])
        logging.disable(logging.INFO)
        yield Village.new()
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="package")
def record(village: Village) -> Record:
    """What was answered in all conversations, each of which was as the document says."""
    record = Record()
    machine = conversations(described(village), village, record)
    having_them = settings(
        max_examples=AT_A_TIME,
        stateful_step_count=STEPS,
        phases=[Phase.generate, Phase.shrink],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    for number in range(0, LONGEST * EXAMPLES, AT_A_TIME):
        if number >= EXAMPLES and record.unserved() <= OUT_OF_REACH.keys():
            break
        seed(number)(machine).run(settings=having_them)
    return record
