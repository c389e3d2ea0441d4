"""What every item has: a key of its entity's pattern, and the name of its kind."""

from typing import Any, ClassVar, Self

from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute
from pynamodb.models import Model

from kith.table import schema
from kith.table.patterns import KeyPattern


class Item(Model):
    """Anything in the table. A subclass names its key pattern; `at` makes an instance with that key."""

    class Meta:
        """Bound to a table by `kith.table.connection.Table`."""

        table_name = ""
        connect_timeout_seconds = 1
        # One answer in time is worth more than a slow one: botocore asks again, and every write is conditional.
        read_timeout_seconds = 3
        max_retry_attempts = 3
        max_pool_connections = 16

    pattern: ClassVar[KeyPattern]

    pk = UnicodeAttribute(hash_key=True, attr_name=schema.PARTITION_KEY)
    sk = UnicodeAttribute(range_key=True, attr_name=schema.SORT_KEY)
    kind = DiscriminatorAttribute()

    @classmethod
    def at(cls, attributes: dict[str, Any] | None = None, **values: int | str) -> Self:
        """Return the item whose key these values make."""
        pk, sk = cls.pattern.key(**values)
        return cls(pk, sk, **attributes or {})

    @property
    def values(self) -> dict[str, Any]:
        """The values that this item's key was made of."""
        values = self.pattern.values(self.pk, self.sk)
        if values is None:
            raise ValueError(f"({self.pk}, {self.sk}) is no key of {self.pattern.entity}")
        return values
