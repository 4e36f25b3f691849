"""From rows of the store to columns on the wire."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oodaemon.analysis.columns import NUMBERS
from oodaemon.api.v1 import exports_pb2
from oodaemon.model.tasks import METRICS, PUBLIC_STATUS
from oodaemon.rpc import export_columns
from oodaemon.rpc.export_columns import BOOLEAN, DERIVED_PREFIX, INTEGER, NUMBER, TEXT, Column
from oodaemon.store.gathered import Packed, many

_FIELD: Mapping[int, str] = {INTEGER: "integers", NUMBER: "numbers", BOOLEAN: "flags"}
_BEGINNING = re.compile(
    r'\{"underlying":"(?P<underlying>[^"\\]+)","start_date":"(?P<first>[0-9-]+)","end_date":"(?P<last>[0-9-]+)"[,}]'
)
_HEAD = ("underlying", "start_date", "end_date")
_DERIVED = {column.name: column.name.removeprefix(DERIVED_PREFIX) for column in export_columns.OF_TRADE_LOG}
_COLUMNS = {
    "trade_count": "entries",
    "ruling_client": "client",
    "ruling_reason": "decision",
    "ruling_decided_at": "decided_at",
    "reused_from_run_id": "from_run",
    "reused_from_index": "from_index",
    **{name: name for name in ("attempts", "recorded_at", "reason", "extra", *_HEAD)},
}
_STATUS = {state.value: status.name for state, status in PUBLIC_STATUS.items()}


def batch(columns: Sequence[Column], rows: int, values: Mapping[str, Sequence[Any]]) -> exports_pb2.ExportBatch:
    """Some rows: the values of every column that has any, None where a row has none."""
    wire = exports_pb2.ExportBatch(rows=rows)
    for column in columns:
        _fill(wire.columns.add(), _FIELD.get(column.kind, "texts"), values.get(column.name, ()))
    return wire


def _fill(wire: exports_pb2.ColumnValues, field: str, values: Sequence[Any]) -> None:
    """Nothing at all stands for a column without any value."""
    if _is_same(values):
        if values and values[0] is not None:
            getattr(wire, field).append(values[0])
            wire.is_same = len(values) > 1
        return
    try:
        getattr(wire, field).extend(values)
    except TypeError:  # asking each value whether it is None takes longer than all the rest
        wire.ClearField(field)  # type: ignore[arg-type]
        wire.missing.extend([place for place, value in enumerate(values) if value is None])
        present = [value for value in values if value is not None]
        if _is_same(present):
            wire.is_same, present = len(present) > 1, present[:1]
        getattr(wire, field).extend(present)


def _is_same(values: Sequence[Any]) -> bool:
    return not values or (values[0] == values[-1] and values.count(values[0]) == len(values))


def results(
    columns: Sequence[Column], run_id: str, rows: Mapping[str, Any], parameters: Mapping[str, str], *, takes_packed: bool = False
) -> exports_pb2.ExportBatch:
    """Settled tasks as `store.exports.settled` reads them; `parameters` are the names of values by the names of their columns."""
    metrics = rows["metrics"]
    if not isinstance(metrics, Packed):
        return _results(columns, run_id, rows, parameters)
    places = {column.name: place for place, column in enumerate(columns)}
    if not (takes_packed and {*metrics.names} <= {*METRICS}):
        return _results(columns, run_id, {**rows, "metrics": metrics.columns()}, parameters)
    wire = _results(columns, run_id, {**rows, "metrics": {}}, parameters)
    wire.packed.columns.extend(places[name] for name in metrics.names)
    wire.packed.numbers = metrics.numbers
    return wire


def _results(
    columns: Sequence[Column], run_id: str, rows: Mapping[str, Any], parameters: Mapping[str, str]
) -> exports_pb2.ExportBatch:
    count = len(rows["idx"])
    found: dict[str, Sequence[Any]] = {
        "run_id": [run_id] * count,
        "index": rows["idx"],
        "part": _each(rows["part"], lambda part: part or None),
        "status": _each(rows["state"], _STATUS.__getitem__),
        "origin": _each(rows["origin"], lambda origin: origin and origin.upper()),
        **{column: rows.get(name, ()) for column, name in _COLUMNS.items()},
    }
    found |= _picked(rows["metrics"], {name: name for name in METRICS})
    found |= _picked(rows.get("derived", {}), _DERIVED)
    asked = _picked(rows["values"], parameters)
    texts = {column.name for column in columns if column.kind == TEXT}
    found |= {name: _texts(values) if name in texts else values for name, values in asked.items()}
    return batch(columns, count, found)


def _each(values: Sequence[Any], tell: Callable[[Any], Any]) -> list[Any]:
    """The same for every value, of which there are few different ones."""
    told = {value: tell(value) for value in {*values}}
    return [told[value] for value in values]


def _texts(values: Sequence[Any]) -> Sequence[str | None]:
    return values if {*map(type, values)} == {str} else [_as_text(value) for value in values]


def _picked(there: Mapping[str, Sequence[Any]], names: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    """The values by the names of their columns; columns of which there are no values are left out."""
    return {column: there[name] for column, name in names.items() if name in there}


def beginnings(rows: Mapping[str, Any], whole: Callable[[int], str | None]) -> dict[str, Sequence[str | None]]:
    """Underlying and dates by the beginnings of configurations; `whole` reads all of that of a task, by its index.

    A configuration as the store writes it begins with them; reading all of it would take longer than everything else.
    """
    texts = rows.get("config", ())
    told = {text: _told(text) for text in {*texts}}
    if len(told) == 1 and (known := told[texts[0]]) is not None:
        return {name: [each] * len(texts) for name, each in zip(_HEAD, known, strict=True)}
    found = [
        _of_config(whole(index)) if (known := told[text]) is None else known
        for index, text in zip(rows["idx"], texts, strict=False)
    ]
    return dict(zip(_HEAD, zip(*found, strict=True), strict=True)) if found else {}


def _told(text: str | None) -> tuple[str | None, str | None, str | None] | None:
    """What the beginning of a configuration tells; None when all of it has to be read."""
    if text is None or text == "{}":
        return None, None, None
    match = _BEGINNING.match(text)
    return (match["underlying"], match["first"], match["last"]) if match else None


def _of_config(text: str | None) -> tuple[str | None, str | None, str | None]:
    config = json.loads(text or "{}")
    return config.get("underlying"), config.get("start_date"), config.get("end_date")


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
