"""Some of the real rooms, measured; and the document that is written of all."""

import re
from pathlib import Path

import pytest

from tools.costs.accounts import measure_sessions
from tools.costs.circle import circle_in
from tools.costs.document import dollars
from tools.costs.laboratory import Row, laboratory
from tools.costs.meter import Cost, Measurement
from tools.costs.posts import measure_feeds, measure_posts
from tools.openapi import doors

DOCUMENT = (Path(__file__).parents[4] / "docs" / "costs.md").read_text("utf-8")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with laboratory() as found:
        circle = circle_in(found)
        for measure in (measure_posts, measure_feeds, measure_sessions):
            measure(found, circle)
        return found.rows


def measurement(rows: list[Row], route: str, situation: str) -> Measurement:
    (found,) = [row.measurement for row in rows if (row.route, row.situation) == (route, situation)]
    return found


def test_publishing_a_post_with_a_key_is_one_transaction_and_two_round_trips(rows: list[Row]) -> None:
    found = measurement(rows, "POST /api/v1/posts", "with a key")
    assert sorted(found.own.operations) == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    assert found.trips == 2
    assert (found.own.read_units, found.own.write_units) == (2, 2 * 5)


def test_a_page_of_a_feed_is_two_round_trips(rows: list[Row]) -> None:
    found = measurement(rows, "GET /api/v1/feed", "a page of 20 by 20 authors")
    assert (found.trips, found.own.write_units) == (2, 0)
    assert found.own.read_units == 5 + 20 + 20


def test_the_gate_is_two_writes_that_only_a_first_write_waits_for(rows: list[Row]) -> None:
    assert {tuple(row.measurement.gate.operations) for row in rows} == {("UpdateItem", "UpdateItem")}
    waiting = {row.route for row in rows if row.measurement.gate_trips}
    assert waiting == {"POST /api/v1/logout", "POST /api/v1/logout/all"}


def test_the_end_of_all_sessions_is_no_part_of_the_gate(rows: list[Row]) -> None:
    found = measurement(rows, "POST /api/v1/logout/all", "two sessions")
    assert found.own.operations == ["UpdateItem", "Query", "BatchWriteItem"]
    assert found.trips == 3


def test_every_route_is_measured_but_those_of_four_rooms() -> None:
    rooms = {f"{route.method} {route.path}": door.room for door in doors() for route in door.routes}
    measured, _, unmeasured = DOCUMENT.partition("## Not measured")
    left_out = set(re.findall(r"^- `(.+)`$", unmeasured, re.MULTILINE))
    assert set(re.findall(r"^\| `([A-Z]+ .+?)` \|", measured, re.MULTILINE)) == rooms.keys() - left_out
    assert {rooms[route] for route in left_out} == {"account", "operation", "reference", "verification"}


def test_reads_and_writes_have_their_price() -> None:
    assert dollars(Cost(read_units=2, write_units=10)) == pytest.approx(2 * 0.125 + 10 * 0.625)
