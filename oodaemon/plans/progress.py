"""Where a run of several parts stands, in words. Pure."""

from oodaemon.api.v1 import runs_pb2
from oodaemon.plans import staged
from oodaemon.plans.enumeration import title_of


def stage(spec: runs_pb2.RunSpec, part: str) -> str:
    """The part a run works on, such as `stage 2 of 3: profit_target` or `fold 1 in-sample`; empty for a run of one part."""
    if not part or spec.WhichOneof("kind") != "staged":
        return part
    names = staged.names(spec.staged.stages)
    if part not in names:
        return part
    place = names.index(part)
    own = spec.staged.stages[place].name.strip() or title_of([one.name for one in spec.staged.stages[place].parameters])
    return f"stage {place + 1} of {len(names)}: {own}"
