"""What was asked for, as a plain record: the form that `submit` reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from oodaemon.api.v1 import runs_pb2


def spec_record(spec: runs_pb2.RunSpec) -> dict[str, Any]:
    """A specification with its kind as the first key; empty for a kind that this client does not know."""
    kind = spec.WhichOneof("kind")
    if kind is None:
        return {}
    return {
        kind: _sweep(spec.sweep) if kind == "sweep" else _whole(getattr(spec, kind)),
        "fixed": [{"name": f.name, "value": f.value, "options": dict(sorted(f.options.items()))} for f in spec.fixed],
        "trades": spec.trades,
        "charts": spec.charts,
        "fresh": spec.fresh,
        "walk_forward": _whole(spec.walk_forward) if spec.HasField("walk_forward") else None,
    }


def _sweep(sweep: runs_pb2.SweepSpec) -> dict[str, Any]:
    """Every key is there, also an empty step."""
    swept = sweep.parameter
    parameter: dict[str, Any] = {"name": swept.name}
    match swept.WhichOneof("values"):
        case "range":
            parameter["range"] = {"start": swept.range.start, "end": swept.range.end, "step": swept.range.step}
        case "list":
            parameter["list"] = {"values": list(swept.list.values)}
        case None:
            pass
    parameter["options"] = dict(sorted(swept.options.items()))
    return {"test": sweep.test, "parameter": parameter}


def _whole(message: Message) -> dict[str, Any]:
    from google.protobuf import json_format  # noqa: PLC0415 - only some runs need it

    found: dict[str, Any] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return found
