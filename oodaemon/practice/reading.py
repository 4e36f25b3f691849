"""Reading the fields of a panel, each by the rules of its kind."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from oodaemon.practice.fields import Field
from oodaemon.practice.texts import InvalidText, parse, value_text


def read_field(
    field: Field, state: Mapping[str, object], into: dict[str, Any], problems: dict[str, str], *, is_typed: bool = False
) -> None:
    """Take one field from the state; those that are not typed stay texts, once they have passed the same checks."""
    raw = state.get(field.key)
    try:
        if field.kind in ("toggle", "inline"):
            into[field.key] = raw is True
            if field.kind == "inline":
                number = parse("signed", state.get(f"{field.key}_value"), required=raw is True)
                into[f"{field.key}_value"] = number if is_typed else value_text(number)
        elif field.kind == "rows":
            into[field.key] = _rows(field, raw)
        else:
            value = parse(field.kind, raw, required=field.required, options=field.options)
            into[field.key] = value if is_typed else value_text(value)
        if field.units:
            units = tuple(symbol for symbol, _ in field.units)
            into[f"{field.key}_unit"] = parse("listbox", state.get(f"{field.key}_unit"), options=units)
    except InvalidText as error:
        problems[field.key] = str(error)


def _rows(field: Field, raw: object) -> str:
    """The rows of a list as one text, blank for none."""
    raw = json.loads(raw or "[]") if isinstance(raw, str) else raw
    rows = []
    for number, row in enumerate(raw if isinstance(raw, Sequence) else (), start=1):
        if not isinstance(row, Mapping):
            raise InvalidText(f"Row {number} is none")
        texts: dict[str, Any] = {}
        for column in field.columns:
            found: dict[str, str] = {}
            read_field(column, {**_blank_row(field), **row}, texts, found)
            if found:
                raise InvalidText(f"Row {number}: {column.label or 'the field'}: {found[column.key]}")
        rows.append(texts)
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def _blank_row(field: Field) -> dict[str, object]:
    units = {f"{column.key}_unit": column.units[0][0] for column in field.columns if column.units}
    return {**{column.key: column.default for column in field.columns}, **units}
