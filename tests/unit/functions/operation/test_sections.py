from functions.operation.sections import Sections
from functions.operation.withheld import WITHHELD
from kith.table.comments import CommentStore
from kith.table.media import MediaStore
from kith.table.posts import PostStore
from kith.table.schema import ENTITIES
from tests.unit.kith.table.scripted import ScriptedTable

TABLE = ScriptedTable(lambda _operation, _arguments: {"Items": []})
SECTIONS = Sections(TABLE, PostStore(TABLE), CommentStore(TABLE), MediaStore(TABLE))


def test_every_entity_is_in_a_section_or_withheld_for_a_reason() -> None:
    told = {entity for section in SECTIONS.in_order() for entity in section.entities}
    missing = {pattern.entity for pattern in set(ENTITIES) - told - WITHHELD.keys()}
    assert missing == set(), "say in functions/operation/sections.py how it is exported, or why it is not"
    assert not told & WITHHELD.keys()
    assert told | WITHHELD.keys() == set(ENTITIES)
    assert all(WITHHELD.values())


def test_sections_have_names_of_their_own() -> None:
    names = [section.name for section in SECTIONS.in_order()]
    assert len(set(names)) == len(names)


def test_a_section_of_nothing_is_one_empty_page() -> None:
    assert [list(SECTIONS.pages(section, 7)) for section in SECTIONS.in_order()] == [[[]]] * len(
        SECTIONS.in_order()
    )
