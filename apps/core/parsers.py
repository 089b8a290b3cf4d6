"""JSON as the API takes it: UTF-8, at most 64 levels deep, no duplicate keys, nothing a database cannot store."""

import json
import math
import re
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.core.validators import UNSTORABLE

MAX_DEPTH = 64


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ParseError("A key occurs twice in one object.")
    return result


def _no_constant(name: str) -> float:
    raise ParseError(f"{name} is not JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ParseError("A number is out of range.")
    return value


def _too_deep(text: str) -> bool:
    """Counts brackets outside strings, before any recursive parser sees them."""
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        sign = match.group()[0]
        depth += (sign in "[{") - (sign in "]}")
        if depth > MAX_DEPTH:
            return True
    return False


def check_storable(value: Any) -> None:
    """Refuse NUL and lone surrogates in any key or text: neither database can store them."""
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            raise ParseError("A text holds a character that cannot be stored.")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_storable(key)
            check_storable(item)
    elif isinstance(value, list):
        for item in value:
            check_storable(item)


class StrictJSONParser(JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
            if _too_deep(text):
                raise ParseError(f"The JSON is nested more than {MAX_DEPTH} levels deep.")
            data = json.loads(
                text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
            )
        except (UnicodeDecodeError, ValueError) as error:
            raise ParseError(f"This is not JSON: {error}.") from error
        check_storable(data)
        return data
