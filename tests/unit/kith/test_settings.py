from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.settings import PREFIX, Knobs, Settings

NAMES = [knob.name for knob in fields(Knobs)]
assignments = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 10**9).map(str))


def test_the_knobs_and_defaults_are_those_of_the_contract() -> None:
    assert asdict(Knobs()) == {
        "celebrity_threshold": 10_000,
        "celebrity_demotion": 8_000,
        "delivery_by_cost_from": 0,
        "fanout_batch": 100,
        "dormant_after_days": 30,
        "feed_retention_days": 30,
        "max_following": 7_500,
        "max_posts_per_day": 0,
        "max_uploads_per_day": 300,
        "max_upload_bytes_per_day": 2 * 1024 * 1024 * 1024,
        "max_video_bytes": 200 * 1024 * 1024,
        "max_video_seconds": 180,
        "max_long_video_seconds": 0,
        "rate_ip_per_minute": 1_000,
        "rate_user_per_minute": 100,
        "rate_user_route_per_minute": 20,
        "access_token_seconds": 600,
        "refresh_grace_seconds": 10,
        "digest_hourly_seconds": 3_600,
        "digest_daily_seconds": 86_400,
    }


@given(assignments)
def test_knobs_take_what_they_are_given_and_nothing_else_changes(given_values: dict[str, str]) -> None:
    expected = asdict(Knobs()) | {name: int(value) for name, value in given_values.items()}
    assert asdict(Knobs().overridden(given_values)) == expected


@given(assignments)
def test_what_differs_from_the_default_makes_the_same_knobs_again(given_values: dict[str, str]) -> None:
    knobs = Knobs().overridden(given_values)
    differing = knobs.differing_from_default()
    assert Knobs().overridden(differing) == knobs
    assert differing == {
        name: value for name, value in given_values.items() if int(value) != asdict(Knobs())[name]
    }


def test_the_defaults_differ_in_nothing() -> None:
    assert Knobs().differing_from_default() == {}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0",
        "-1",
        "1.5",
        "1e3",
        " 7",
        "7 ",
        "+7",
        "1_000",
        "ten",
        "\N{ARABIC-INDIC DIGIT SEVEN}",
        "0x10",
        "²",
    ],
)
def test_a_value_that_is_no_positive_whole_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="fanout_batch takes a positive whole number"):
        Knobs().overridden({"fanout_batch": value})


def test_a_name_that_is_no_knob_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        ValueError, match=r"'celebrity_treshold' is not a setting; there are: .*celebrity_threshold"
    ):
        Knobs().overridden({"celebrity_treshold": "5"})


def test_the_environment_is_read_by_prefix() -> None:
    environment = {
        "KITH_TABLE_NAME": "kith-1",
        "KITH_BUS_NAME": "bus-1",
        "KITH_MAX_FOLLOWING": "3",
        "AWS_REGION": "us-east-1",
        "TABLE_NAME": "another",
    }
    settings = Settings.from_environment(environment)
    assert settings == Settings(table_name="kith-1", bus_name="bus-1", knobs=Knobs(max_following=3))


def test_an_empty_environment_is_all_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize("name", ["TABEL_NAME", "KNOBS", "", "FANOUT_BATCHES"])
def test_a_variable_of_ours_that_names_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a setting"):
        Settings.from_environment({PREFIX + name: "7"})
