"""A run of two stages as it is stored, and the plan that makes it grow."""

from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun
from oodaemon.parameters.registry import discover
from oodaemon.plans.plan import Extension
from oodaemon.plans.reading import parse
from oodaemon.store import growth
from oodaemon.store.ledger import Ledger
from tests.integration.store.workbench import IRON

REGISTRY = discover([])
STAGED = (
    '{"staged": {"test": "Iron condor", "optimize_by": [{"metric": "pl"}], "stages": ['
    '{"parameters": [{"name": "delta", "list": {"values": ["10", "11"]}}]},'
    '{"parameters": [{"name": "profit_target", "list": {"values": ["30", "40"]}}]}]}}'
)
"""Two deltas, then two targets with the better of them."""

SEARCH = (
    '{"search": {"test": "Iron condor", "optimize_by": [{"metric": "pl"}], "method": "SEARCH_METHOD_TPE", "budget": 6, "seed": "3",'
    ' "parameters": [{"name": "delta", "range": {"start": "10", "end": "40", "step": "1"}}]}}'
)
"""Six of 31 deltas, four of them at once."""


def new_run(run_id: str, name: str, spec: str) -> NewRun:
    """A run about to be stored, of the specification."""
    plan = parse(spec, REGISTRY)
    batches: tuple[Batch, ...] = plan.first()
    return NewRun(run_id, name, IRON.test_id, spec, batches, is_growing=plan.is_growing, planned_tasks=plan.planned_tasks)


def next_step(ledger: Ledger, run_id: str, room: int = 1) -> tuple[growth.Standing, Extension | None]:
    """What the plan of a run makes of it now, and how far it is: a planner without an actor."""
    (run,) = [run for run in ledger.read(growth.growing) if run.run_id == run_id]
    seen, outcomes = ledger.read(growth.outcomes, run_id)
    return seen, parse(run.spec, REGISTRY).extend(outcomes, room)


def grow(ledger: Ledger, run_id: str, room: int = 1) -> bool:
    """Extend a run once, if it can be; whether it was."""
    seen, extension = next_step(ledger, run_id, room)
    return extension is not None and ledger.write(growth.extend, run_id, seen, extension)
