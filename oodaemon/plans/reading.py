"""From a specification on the wire to the plan of the run: one reader per kind of run."""

from collections.abc import Callable, Mapping
from typing import Final

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.parameters.registry import Registry
from oodaemon.plans import enumeration
from oodaemon.plans.plan import Plan

Reader = Callable[[runs_pb2.RunSpec, Registry], Plan]

_READERS: Final[Mapping[str, Reader]] = {
    "sweep": enumeration.sweep,
    "grid": enumeration.grid,
    "list": enumeration.listed,
}


def read(spec: runs_pb2.RunSpec, registry: Registry) -> Plan:
    """The plan of a specification, checked as a whole. Raises InvalidArgument naming each field at fault.

    Takes up to some seconds for 100,000 tasks of different values: callers keep large ones off the loop.
    """
    kind = spec.WhichOneof("kind")
    if kind is None:
        raise InvalidArgument.of("spec", f"no kind of run is given; give one of {', '.join(_READERS)}")
    if kind not in _READERS or spec.HasField("walk_forward"):
        what = kind if kind not in _READERS else "walk_forward"
        raise InvalidArgument.of("spec", f"this daemon has no runs of the kind {what}")
    return _READERS[kind](spec, registry)
