"""Twins: tasks that ask for the same backtest. While one is in flight the others wait, and then take what the site answered.

What is the same is what `model.reuse` takes for the same; whether the answer may be taken is decided once it is there.
"""

import datetime
import json
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from oodaemon import clock
from oodaemon.model.reuse import Has
from oodaemon.model.runs import Wants
from oodaemon.model.values import Values
from oodaemon.parameters.recipe import Recipe
from oodaemon.store.transaction import Transaction

WAITED_FOR = datetime.timedelta(hours=1)
"""Nobody waits for an attempt that began so long ago: its browser may be one that nothing can end."""

_KEPT = 1000
"""Digests: more than there are tasks in flight and passed over."""

_IN_FLIGHT = (
    'SELECT r.test_id, r.wants_trades, r.wants_charts, t."values" FROM attempts a INDEXED BY attempts_open'
    " JOIN runs r USING (run_id) JOIN tasks t USING (run_id, idx) WHERE a.closed_at IS NULL AND a.leased_at > ?"
)


class Twins:
    """The backtests in flight while a transaction looks for a task.

    Nothing waits without a policy, or while what is known of saved tests is not trusted: no answer would be taken then.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._policy = tx.policy if tx.policy is not None and tx.policy.trust else None

    def include(self, run: Any, index: int) -> bool:  # noqa: ANN401 - a row of runs
        """True for a task of a run while the same backtest is in flight for another, with all that is wanted of it.

        A task that is to be asked anew waits for none.
        """
        if run["fresh"] or not self._in_flight:
            return False
        task = self._tx.execute('SELECT fresh, "values" FROM tasks WHERE run_id = ? AND idx = ?', (run["run_id"], index)).fetchone()
        if task["fresh"]:
            return False
        wants = Wants(trades=bool(run["wants_trades"]), charts=bool(run["wants_charts"]))
        same = self._in_flight.get(self._key(run["test_id"], task["values"]), ())
        return any(Has(trades=bool(row["wants_trades"]), charts=bool(row["wants_charts"])).satisfies(wants) for row in same)

    @cached_property
    def _in_flight(self) -> dict[tuple[str, str] | None, list[Any]]:
        """By what is backtested, what is wanted of it beside the figures; but not what nothing can be said of."""
        found: dict[tuple[str, str] | None, list[Any]] = {}
        if self._policy is not None:
            for row in self._tx.execute(_IN_FLIGHT, (clock.to_text(self._tx.now - WAITED_FOR),)):
                found.setdefault(self._key(row["test_id"], row["values"]), []).append(row)
            found.pop(None, None)
        return found

    def _key(self, test_id: str, values: str) -> tuple[str, str] | None:
        """What stands for a test and values as they are stored; None for values that nothing can be said of."""
        digest = None if self._policy is None else _digest(self._policy.recipe, values)
        return None if digest is None else (test_id, digest)


@lru_cache(_KEPT)
def _digest(recipe_of: Callable[[Values], Recipe | None], values: str) -> str | None:
    """Of the recipe of values as they are stored. What is in flight is asked for at every lease."""
    recipe = recipe_of(json.loads(values))
    return None if recipe is None else recipe.digest
