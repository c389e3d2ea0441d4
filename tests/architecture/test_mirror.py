import ast
import importlib
from pathlib import Path

import pytest

from kith.web.door import Door
from tests.architecture.house import DOORS, LIBRARY, MODULES, ROOMS, ROOT, path_of

LONGEST_DOOR, LONGEST_MODULE = 80, 300
UNDESCRIBED = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "managers", "base", "core"}

every_door = pytest.mark.parametrize("door", DOORS)


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def exposed(path: Path) -> set[str]:
    """Return the public names that a module binds itself."""
    bound: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.Assign(targets=targets):
                bound |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
    return {name for name in bound if not name.startswith("_")}


def test_each_room_has_its_construct_and_each_construct_its_room() -> None:
    constructs = {path.stem for path in (ROOT / "infra" / "functions").glob("*.py")} - {"__init__"}
    assert constructs == set(ROOMS)
    assert len(ROOMS) >= 7


def test_each_room_has_a_door_and_a_wiring() -> None:
    assert {door.split(".")[1] for door in DOORS} == set(ROOMS)
    assert [room for room in ROOMS if not path_of(f"functions.{room}.wiring").exists()] == []


@every_door
def test_a_door_exposes_its_handler(door: str) -> None:
    module = importlib.import_module(door)
    assert callable(module.handler)
    if door.endswith(".api"):
        assert isinstance(module.door, Door)
        assert module.handler is module.door
        assert module.door.room == door.split(".")[1]
    else:
        assert exposed(path_of(door)) == {"handler"}


@every_door
def test_a_door_is_short(door: str) -> None:
    assert lines(path_of(door)) <= LONGEST_DOOR


def test_no_room_has_a_handler_that_is_no_door() -> None:
    others = [
        path for path in MODULES if path.parent.parent.name == "functions" and path.parent.name in ROOMS
    ]
    with_handler = {path for path in others if "handler" in exposed(path)}
    assert with_handler == {path_of(door) for door in DOORS}


def test_no_module_is_long() -> None:
    assert len(MODULES) > 80
    assert {
        str(path.relative_to(ROOT)): lines(path) for path in MODULES if lines(path) >= LONGEST_MODULE
    } == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_names_say_what_a_thing_is() -> None:
    names = {part for path in MODULES for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert names & (UNDESCRIBED - {"core"}) == set()


def test_the_unit_tests_mirror_the_tree() -> None:
    tests = ROOT / "tests" / "unit"
    mirrored = {
        tests / path.relative_to(root).with_name(f"test_{path.name}")
        for root in (LIBRARY, ROOT)
        for path in MODULES
        if path.is_relative_to(root)
    }
    assert set(tests.rglob("test_*.py")) <= mirrored


def test_every_room_with_a_handler_has_its_component_tests() -> None:
    assert [room for room in ROOMS if not (ROOT / "tests" / "component" / f"test_{room}.py").exists()] == []
