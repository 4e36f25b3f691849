"""Short words for what tests ask of one swept parameter beside fixed ones."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oodaemon.model.batches import Point
from oodaemon.parameters.registry import Registry
from oodaemon.plans.axes import Fixed, Range, Swept, product


class Sweep(NamedTuple):
    parameter: str
    values: Range | Sequence[str]
    options: Mapping[str, str] = {}
    fixed: Sequence[Fixed] = ()


def expand(sweep: Sweep, registry: Registry) -> tuple[Point, ...]:
    return tuple(product([Swept(sweep.parameter, sweep.values, sweep.options)], sweep.fixed, registry))
