"""From a specification on the wire to the plan of the run: one reader per kind of run."""

from collections.abc import Callable, Mapping
from typing import Final

from google.protobuf import json_format

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.parameters.registry import Registry
from oodaemon.plans import enumeration, search, staged, walk_forward
from oodaemon.plans.plan import Plan

Reader = Callable[[runs_pb2.RunSpec, Registry], Plan]

_READERS: Final[Mapping[str, Reader]] = {
    "sweep": enumeration.sweep,
    "grid": enumeration.grid,
    "list": enumeration.listed,
    "staged": staged.read,
    "search": search.read,
}


def parse(text: str, registry: Registry) -> Plan:
    """The plan of a specification as it is stored with a run, proto3 JSON. Raises as `read`."""
    return read(json_format.Parse(text, runs_pb2.RunSpec(), ignore_unknown_fields=True), registry)


def read(spec: runs_pb2.RunSpec, registry: Registry) -> Plan:
    """The plan of a specification, checked as a whole. Raises InvalidArgument naming each field at fault.

    Takes up to some seconds for 100,000 tasks of different values: callers keep large ones off the loop.
    """
    kind = spec.WhichOneof("kind")
    if kind is None:
        raise InvalidArgument.of("spec", f"no kind of run is given; give one of {', '.join(_READERS)}")
    if kind not in _READERS:
        raise InvalidArgument.of("spec", f"this daemon has no runs of the kind {kind}")
    plan = _READERS[kind](spec, registry)
    return walk_forward.wrap(plan, spec, registry) if spec.HasField("walk_forward") else plan
