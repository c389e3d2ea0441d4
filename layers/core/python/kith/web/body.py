"""Reading a JSON body strictly: what Python's parser lets pass, and no one else's would, is refused."""

import json
import math
from typing import Any, NoReturn

from kith.domain.errors import Malformed


def parsed(text: str) -> Any:  # noqa: ANN401  # any JSON value
    """Return the value of a JSON text.

    Raises:
        Malformed: it is not JSON (RFC 8259), nests too deeply, names a member twice, holds a number that a double
            cannot, or holds half a surrogate pair.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refused, parse_float=_finite
        )
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise Malformed("The body nests too deeply.") from error
    except UnicodeEncodeError as error:
        raise Malformed("The body holds half a surrogate pair, which is no character.") from error
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}.") from error
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number
