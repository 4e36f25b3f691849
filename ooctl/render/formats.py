"""The output formats: JSON, JSON lines, YAML, CSV, and a table that is plain text unless a person looks at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ooctl.render.colour import When, is_coloured
from ooctl.render.tables import Column, Noun, Record
from ooctl.render.text import one_line, plainly
from ooctl.render.times import TimeFormat, with_times

if TYPE_CHECKING:
    from typing import TextIO

GAP: Final = "  "


class Format(StrEnum):
    """What -o can be given."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    JSONL = "jsonl"
    YAML = "yaml"
    CSV = "csv"

    @property
    def is_for_people(self) -> bool:
        """Whether it is text for people, and no format that a program reads."""
        return self in (Format.TABLE, Format.WIDE)


class Output:
    """Data on `out`, everything else on `err`; both are told from a terminal once, here."""

    def __init__(self, out: TextIO, err: TextIO, *, env: Mapping[str, str]) -> None:
        """`env` decides about colour and about a terminal that cannot move its cursor (TERM=dumb)."""
        self.out = out
        self.err = err
        is_capable = env.get("TERM") != "dumb"
        self.is_out_terminal = out.isatty() and is_capable
        self.is_err_terminal = err.isatty() and is_capable
        self.is_quiet = False
        """Only ids on standard output, only errors on standard error."""
        self.time_format = TimeFormat.ISO
        self._env = env
        self.set_colour(When.AUTO)

    def set_colour(self, when: When) -> None:
        """Decide about colour: `has_colour` for standard output, `has_err_colour` for standard error."""
        self.has_colour = is_coloured(when, self._env, is_terminal=self.is_out_terminal)
        self.has_err_colour = is_coloured(when, self._env, is_terminal=self.is_err_terminal)

    def line(self, text: str) -> None:
        """One line of data, at once: whoever reads a pipe should not wait for a full buffer."""
        self.out.write(f"{text}\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """One line for people, unless they want none."""
        if not self.is_quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """One line that must be seen."""
        self.err.write(f"{text}\n")
        self.err.flush()

    def timed(self, record: Record) -> Record:
        """A record for people, with its times as --time-format wants them."""
        timed: Record = with_times(record, self.time_format)
        return timed

    def many(self, noun: Noun, records: Iterable[Record], format_: Format, *, empty: str = "") -> None:
        """A list; ids, JSON lines and documents of YAML are written as the records come. `empty` is said of an empty table."""
        if self._is_ids_only(noun):
            for record in records:
                self.line(str(record[noun.key]))
            return
        match format_:
            case Format.JSON:
                self.line(pretty_json(list(records)))
            case Format.JSONL:
                for record in records:
                    self.line(compact_json(record))
            case Format.YAML:
                self.out.write(to_yaml(list(records)))
            case Format.CSV:
                self.out.write(to_csv(records, first_columns=noun.csv))
            case Format.TABLE | Format.WIDE:
                rows = [self.timed(record) for record in records]
                self._table(noun, rows, is_wide=format_ is Format.WIDE)
                if empty and not rows:
                    self.note(empty)

    def one(self, noun: Noun, record: Record, format_: Format, *, details: Callable[[Record], Iterable[str]] | None = None) -> None:
        """A single record: an object in JSON and YAML, a row in CSV, `details` (or a table of one row) for people."""
        if self._is_ids_only(noun):
            self.line(str(record[noun.key]))
            return
        match format_:
            case Format.JSON:
                self.line(pretty_json(record))
            case Format.YAML:
                self.out.write(to_yaml(record))
            case Format.TABLE | Format.WIDE if details is not None:
                for text in details(self.timed(record)):
                    self.line(text)
            case _:
                self.many(noun, [record], format_)

    def _is_ids_only(self, noun: Noun) -> bool:
        return self.is_quiet and bool(noun.key)

    def _table(self, noun: Noun, records: Sequence[Record], *, is_wide: bool) -> None:
        columns = [*noun.columns(records), *(_further(noun, records) if is_wide else ())]
        rows = [[column.cell(record) for column in columns] for record in records]
        header, *lines = aligned([[column.header for column in columns], *rows], columns=columns)
        self.line(f"\x1b[1m{header}\x1b[0m" if self.has_colour else header)
        for text in lines:
            self.line(text)


def _further(noun: Noun, records: Sequence[Record]) -> Sequence[Column]:
    """The columns that only the wide table has: fields of the record, by their names in CSV."""
    rows = [flatten(record) for record in records]
    found = {id(record): row for record, row in zip(records, rows, strict=True)}

    def cell(name: str) -> Callable[[Record], str]:
        return lambda record: plainly(name, found[id(record)].get(name))

    def is_number(name: str) -> bool:
        return any(isinstance(row.get(name), int | float) and not isinstance(row.get(name), bool) for row in rows)

    return [Column(name.replace("_", " "), cell(name), is_number=is_number(name)) for name in noun.wide]


def aligned(rows: Sequence[Sequence[str]], *, columns: Sequence[Column]) -> list[str]:
    """Lines of columns as wide as their widest cell; nothing is cut off."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    return [
        GAP.join(
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in rows
    ]


def pretty_json(value: object) -> str:
    """JSON over several lines."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def compact_json(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def to_yaml(value: object) -> str:
    """The shape of JSON in YAML, with keys in their order."""
    import yaml  # noqa: PLC0415 - only for this format

    text: str = yaml.dump(value, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=10_000)
    return text


def to_csv(records: Iterable[Record], *, first_columns: Sequence[str]) -> str:
    """A header and one line per record: swept parameters and options, the fixed columns, then whatever else there is."""
    import csv  # noqa: PLC0415 - only for this format
    import io  # noqa: PLC0415

    rows = [(_parameters(record, first_columns), flatten(record)) for record in records]
    names = list(dict.fromkeys(name for parameters, _ in rows for name in parameters))
    names += list(first_columns)
    names += [name for name in dict.fromkeys(name for _, row in rows for name in row) if name not in first_columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for parameters, row in rows:
        merged = {**row, **parameters}
        writer.writerow([_cell(merged.get(name)) for name in names])
    return text.getvalue()


WHOLE: Final = frozenset({"spec", "config"})
"""Kept as one cell of JSON."""


def flatten(record: Record) -> dict[str, Any]:
    """Nested objects as `outer_inner`, metrics by their own names; the parameters are left to the caller."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if key == "parameters" or (value is None and key in ("metrics", "last_failure", "ruling")):
            continue
        if key == "metrics":
            flat.update(value)
        elif isinstance(value, Mapping) and key not in WHOLE:
            flat.update({_joined(key, inner): content for inner, content in value.items()})
        else:
            flat[key] = value
    return flat


def _joined(outer: str, inner: str) -> str:
    return inner if inner.startswith(f"{outer}_") else f"{outer}_{inner}"


def _parameters(record: Record, taken: Sequence[str]) -> dict[str, Any]:
    """A parameter that is called like a column of ours is told apart by a prefix."""
    values: Mapping[str, Any] = record.get("parameters") or {}
    return {f"parameter_{name}" if name in taken else name: value for name, value in values.items()}


def _cell(value: Any) -> str:  # noqa: ANN401 - any value of a record
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return compact_json(value) if value else ""
    return one_line(value) if isinstance(value, str) else str(value)
