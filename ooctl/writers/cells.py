"""Cells as text, a column at a time: most of what an export takes is the writing of its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from ooctl.writers.table import Kind, Numbers

if TYPE_CHECKING:
    from ooctl.writers.table import Cells

Shown = str | Sequence[str]
"""What stands in a column of some rows: a text for each of them, or one for all."""

_FORMULA: Final = ("=", "+", "-", "@", "\t")
"""With these a spreadsheet takes a text for a formula."""
_GAP: Final = "\x1f"
_ODD: Final = re.compile(f'[",\r\n]|(?:\\A|{_GAP})[=+\\-@\t]')
_QUOTED: Final = re.compile('[",\r\n]')
_UNLIKE_PYTHON: Final = (b"e", b"0.0000", b"N", b"I")
"""Where the quick way may write a number in another way than Python does: tiny, huge, not finite."""
encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""One value as JSON. Raises ValueError for a number that is not finite."""


def for_csv(kind: Kind, cells: Cells) -> Shown:
    """What stands in a CSV file, quoted where need be; nothing for rows without a value."""
    return _shown(cells, "", _CSV[kind])


def for_json(kind: Kind, cells: Cells) -> Shown:
    """What stands in JSON."""
    return _shown(cells, "null", _JSON[kind])


def rows(columns: Iterable[Shown], count: int) -> Iterator[str]:
    """Columns side by side, as one text for each of so many rows. What is the same in all rows is put together once."""
    parts: list[Iterable[str]] = []
    same = ""
    for column in columns:
        if isinstance(column, str):
            same += column
            continue
        parts += (repeat(same), column) if same else (column,)
        same = ""
    return map("".join, zip(*parts, repeat(same, count), strict=False))


def _shown(cells: Cells, blank: str, show: Callable[[Sequence[Any]], Sequence[str]]) -> Shown:
    shown = show(cells.present)
    if cells.is_same:
        return shown[0] if shown else blank
    return cells.spread(shown, blank)


def numbers(values: Sequence[float]) -> Sequence[str]:
    """Numbers as Python writes them, with all their digits; whole ones without a point."""
    from pydantic_core import to_json  # noqa: PLC0415 - help and --version do without

    if isinstance(values, Numbers):
        return values.texts
    if not values:
        return []
    listed = to_json(values)[1:-1] + b","
    if any(sign in listed for sign in _UNLIKE_PYTHON):
        return [_number(value) for value in values]
    return listed.replace(b"-0.0,", b"0,").replace(b".0,", b",").decode()[:-1].split(",")


def _number(value: float) -> str:
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)


def _json_numbers(values: Sequence[float]) -> Sequence[str]:
    shown = numbers(values)
    if not {"nan", "inf", "-inf"}.isdisjoint(shown):
        raise ValueError("JSON has no such number")
    return shown


def exact(text: str) -> int | float:
    """Decimal text as the nearest number."""
    number = float(text)
    return int(number) if number.is_integer() else number


def harmless(text: str) -> str:
    """The text as no spreadsheet computes it, with one kind of line break: readers disagree about carriage returns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) else text


def quoted(text: str) -> str:
    """A text as a field of a CSV file."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _csv_texts(texts: Sequence[str]) -> Sequence[str]:
    return [quoted(harmless(text)) for text in texts] if _ODD.search(_GAP.join(texts)) else texts


def _csv_times(texts: Sequence[str]) -> Sequence[str]:
    return [quoted(text) for text in texts] if _QUOTED.search(_GAP.join(texts)) else texts


def _flags(values: Sequence[bool]) -> Sequence[str]:
    return ["true" if value else "false" for value in values]


def _json_texts(texts: Sequence[str]) -> Sequence[str]:
    return list(map(encode, texts))


def _json_objects(texts: Sequence[str]) -> Sequence[str]:
    return [encode(json.loads(text)) for text in texts]


def _json_decimals(texts: Sequence[str]) -> Sequence[str]:
    return _json_numbers([float(text) for text in texts])


_CSV: Final[dict[Kind, Callable[[Sequence[Any]], Sequence[str]]]] = {
    **dict.fromkeys((Kind.INTEGER, Kind.NUMBER), numbers),
    **dict.fromkeys((Kind.DECIMAL, Kind.MOMENT, Kind.WALL_TIME), _csv_times),
    **dict.fromkeys((Kind.TEXT, Kind.JSON), _csv_texts),
    Kind.BOOLEAN: _flags,
}
_JSON: Final[dict[Kind, Callable[[Sequence[Any]], Sequence[str]]]] = {
    **dict.fromkeys((Kind.INTEGER, Kind.NUMBER), _json_numbers),
    **dict.fromkeys((Kind.TEXT, Kind.MOMENT, Kind.WALL_TIME), _json_texts),
    Kind.DECIMAL: _json_decimals,
    Kind.JSON: _json_objects,
    Kind.BOOLEAN: _flags,
}
