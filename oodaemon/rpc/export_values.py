"""From rows of the store to columns on the wire."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oodaemon.analysis.columns import NUMBERS
from oodaemon.api.v1 import exports_pb2
from oodaemon.model.tasks import METRICS, PUBLIC_STATUS
from oodaemon.rpc import export_columns
from oodaemon.rpc.export_columns import BOOLEAN, DERIVED_PREFIX, INTEGER, NUMBER, TEXT, Column
from oodaemon.store.exports import many

_FIELD: Mapping[int, str] = {INTEGER: "integers", NUMBER: "numbers", BOOLEAN: "flags"}
_STATUS = {state.value: status.name for state, status in PUBLIC_STATUS.items()}


def batch(columns: Sequence[Column], rows: int, values: Mapping[str, Sequence[Any]]) -> exports_pb2.ExportBatch:
    """Some rows: the values of every column that has any, None where a row has none."""
    nothing = (None,) * rows
    return exports_pb2.ExportBatch(rows=rows, columns=[_column(column, values.get(column.name, nothing)) for column in columns])


def _column(column: Column, values: Sequence[Any]) -> exports_pb2.ColumnValues:
    missing: list[int] = []
    if None in values:
        missing = [place for place, value in enumerate(values) if value is None]
        values = [value for value in values if value is not None]
    is_same = len(values) > 1 and values.count(values[0]) == len(values)
    wire = exports_pb2.ColumnValues(missing=missing, is_same=is_same)
    getattr(wire, _FIELD.get(column.kind, "texts")).extend(values[:1] if is_same else values)
    return wire


def results(columns: Sequence[Column], run_id: str, rows: Sequence[Any], parameters: Mapping[str, str]) -> exports_pb2.ExportBatch:
    """Settled tasks as `store.exports.settled` reads them; `parameters` are the names of values by the names of their columns."""
    figures = many(row["metrics"] or "{}" for row in rows)
    derived = many(row["derived"] or "{}" for row in rows)
    asked = many(row["values"] for row in rows)
    has_figures = [row["metrics"] is not None for row in rows]
    found: dict[str, Sequence[Any]] = {
        "run_id": [run_id] * len(rows),
        "index": [row["idx"] for row in rows],
        "status": [_STATUS[row["state"]] for row in rows],
        "origin": [row["origin"].upper() if known else None for known, row in zip(has_figures, rows, strict=True)],
        "trade_count": [row["entries"] for row in rows],
        "underlying": [row["underlying"] for row in rows],
        "start_date": [row["start_date"] for row in rows],
        "end_date": [row["end_date"] for row in rows],
        "attempts": [row["attempts"] for row in rows],
        "recorded_at": [row["recorded_at"] for row in rows],
        "reason": [None if known else row["decision"] or row["message"] for known, row in zip(has_figures, rows, strict=True)],
        "ruling_client": [row["client"] for row in rows],
        "ruling_reason": [row["decision"] for row in rows],
        "ruling_decided_at": [row["decided_at"] for row in rows],
        "extra": [None if row["extra"] in (None, "{}") else row["extra"] for row in rows],
    }
    for name in METRICS:
        found[name] = [each.get(name) for each in figures]
    if any(derived):
        for column in export_columns.OF_TRADE_LOG:
            name = column.name.removeprefix(DERIVED_PREFIX)
            found[column.name] = [each.get(name) for each in derived]
    kinds = {column.name: column.kind for column in columns}
    for column_name, name in parameters.items():
        values = [each.get(name) for each in asked]
        found[column_name] = list(map(_as_text, values)) if kinds[column_name] == TEXT else values
    return batch(columns, len(rows), found)


def trades(run_id: str, rows: Sequence[tuple[int, Any]]) -> exports_pb2.ExportBatch:
    """Trades as `store.exports.trade_rows` reads them."""
    rests = many(row["rest"] for _, row in rows)
    found: dict[str, Sequence[Any]] = {
        "run_id": [run_id] * len(rows),
        "index": [index for index, _ in rows],
        "fees": [_fees(rest) for rest in rests],
        "underlying": [rest.get("underlying") for rest in rests],
        "extra": [json.dumps(rest["extra"], ensure_ascii=False) if rest.get("extra") else None for rest in rests],
    }
    for name in ("place", "opened_at", "closed_at", "legs", "contracts"):
        found[name] = [row[name] for _, row in rows]
    for name in ("premium", "closing_cost", "pl"):
        found[name] = [_decimal(row[name]) for _, row in rows]
    for name in ("reason", "strategy"):
        found[name] = [row[name] or None for _, row in rows]
    for name in NUMBERS:
        found[name] = [_decimal(rest.get(name)) for rest in rests]
    return batch(export_columns.TRADES, len(rows), found)


def parameters(seen: Mapping[str, set[type]], goes_without: Callable[[str], bool]) -> tuple[list[Column], dict[str, str]]:
    """The columns of parameters with values of these types, by name, and the names of the values by those of the columns."""
    columns: list[Column] = []
    names: dict[str, str] = {}
    for name in sorted(seen):
        if not goes_without(name):
            column_name = f"parameter_{name}" if name in export_columns.FIXED else name
            columns.append(Column(column_name, _kind(seen[name]), export_columns.PARAMETER))
            names[column_name] = name
    return columns, names


def _kind(types: set[type]) -> exports_pb2.ColumnKind.ValueType:
    if types == {bool}:
        return BOOLEAN
    return NUMBER if types <= {int, float} else TEXT


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _decimal(text: str | None) -> str | None:
    """All digits, never an exponent."""
    return f"{Decimal(text):f}" if text is not None and "E" in text else text


def _fees(rest: Mapping[str, str]) -> str:
    """See `model.trades.Trade.fees`."""
    if (implied := rest.get("implied_fees")) is not None:
        return f"{Decimal(implied):f}"
    return f"{Decimal(rest.get('opening_fees', 0)) + Decimal(rest.get('closing_fees', 0)):f}"
