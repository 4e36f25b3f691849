"""Points of a run and batches of them: what a run is made of before its tasks are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oodaemon.model.values import Value

Point = Mapping[str, Value]
"""The values of one task, by parameter and by `parameter.option`: always the full set."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks that begin together. `points` may be made one by one as they are asked for; `part` names them to people, `why` says
    where they come from. Both are empty for a run that has one part only.
    """

    points: Sequence[Point]
    part: str = ""
    why: str = ""
