import pytest

from tools.operate import order


@pytest.mark.parametrize(
    ("words", "stage", "given"),
    [
        (["suspend", "ada"], "local", {"command": "suspend", "username": "ada"}),
        (["--stage", "prod", "verify", "ada"], "prod", {"command": "verify", "username": "ada"}),
        (["rotate-keys"], "local", {"command": "rotate-keys", "at_once": False}),
        (["rotate-keys", "--at-once"], "local", {"command": "rotate-keys", "at_once": True}),
    ],
)
def test_a_command_line_is_an_order(words: list[str], stage: str, given: dict[str, object]) -> None:
    assert order(words) == (stage, given)


@pytest.mark.parametrize("words", [[], ["promote", "ada"], ["suspend"]])
def test_what_is_no_order_is_told(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        order(words)
    assert ended.value.code == 2
