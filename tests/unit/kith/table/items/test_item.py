import pytest

from kith.table import items, schema
from kith.table.items import FeedEntryItem, Item, PostItem

CLASSES = [leaf for each in Item.__subclasses__() for leaf in (each.__subclasses__() or [each])]


def test_every_entity_is_stored_by_one_class_that_bears_its_name() -> None:
    assert sorted((each.pattern.entity, each.__name__) for each in CLASSES) == sorted(
        (pattern.entity, f"{pattern.entity}Item") for pattern in schema.ENTITIES
    )
    assert all(vars(items)[each.__name__] is each for each in CLASSES)


@pytest.mark.parametrize("item_class", CLASSES, ids=lambda each: each.__name__)
def test_an_item_as_the_stream_shows_it_reads_back_as_its_class(item_class: type[Item]) -> None:
    raw = {"PK": {"S": "P"}, "SK": {"S": "S"}, "kind": {"S": item_class.pattern.entity}}
    assert type(Item.from_raw_data(raw)) is item_class


def test_what_expires_says_so_where_the_table_looks() -> None:
    entry = FeedEntryItem.at({"arrival": "own", "expires_at": 5}, reader_id=2, post_id=3, by_id=4)
    assert entry.to_dynamodb_dict()[schema.EXPIRY] == {"N": "5"}
    assert entry.values == {"reader_id": 2, "post_id": 3, "by_id": 4}


def test_a_key_of_another_entity_has_no_values() -> None:
    with pytest.raises(ValueError, match="no key of Post"):
        _ = PostItem("U#1", "PROFILE").values
