"""`docs/entities.md`: every key of the table, from the one place that declares them."""

from kith.table.schema import ENTITIES, STREAMED

HEAD = """# Entities of the table

Generated from `kith/table/schema.py`. One table, partition key `PK`, sort key `SK`, time to live `expires_at`.
A field marked `:id` is an integer below 2^53, padded to 16 digits so that its order is time order; no other value may
hold `#`. Changes of entities marked with * are events.

| Entity | PK | SK | What it is |
|---|---|---|---|
"""


def entities_document() -> str:
    """Return the document."""
    rows = [
        f"| {pattern.entity}{'*' if pattern in STREAMED else ''} | `{pattern.partition}` | `{pattern.sort}` "
        f"| {pattern.holds} |"
        for pattern in ENTITIES
    ]
    return HEAD + "\n".join(rows) + "\n"
