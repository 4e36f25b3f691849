"""What the daemon does around the cache, in short words: saved tests that are looked at, results with what they rest on."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.reuse import Basis, Look, Policy, Reveal, scope_of
from oodaemon.model.runs import NewRun, Run, Wants
from oodaemon.model.tasks import Figures, Kept, Lease
from oodaemon.parameters.recipe import Recipes
from oodaemon.parameters.registry import discover
from oodaemon.store import attempts, cache, leases, results, runs
from tests.integration.store.workbench import IRON, Workbench, proven

LOOK = Look("as it was saved", "2022-05-16", "2025-10-31")
EDITED = Look("as it was edited", "2022-05-16", "2025-10-31")
SCOPE = scope_of("store", "https://optionomega.com", "me@example.com")
DAY = 24 * 3600.0
Values = dict[str, Any]


def policy(scope: str = SCOPE, *, hours: float = 24, recipes: Recipes | None = None) -> Policy:
    return Policy(scope, datetime.timedelta(hours=hours), (recipes or Recipes(discover([]))).of)


def delta(value: float, label: str = "", *, apply_to: str = "both", side: str = "both") -> Values:
    name = f"delta{label}"
    return {name: value, f"{name}.apply_to": apply_to, f"{name}.side": side, f"{name}.leg": 0}


def deltas(*values: float, **rest: Any) -> list[Values]:
    return [{**delta(value), **rest} for value in values]


class Caching:
    """A workbench with a policy, and a saved test that was just looked at."""

    def __init__(self, bench: Workbench, rules: Policy | None = None) -> None:
        self.bench, self.policy = bench, rules or policy()
        self.laid_open = "nothing"
        self._shapes: set[str] = set()
        bench.ledger.policy = self.policy
        self.look(LOOK)

    def adopt(self, rules: Policy) -> None:
        """From now on another policy holds, as after a restart with other settings."""
        self.policy = self.bench.ledger.policy = rules

    def look(self, look: Look | None, test_id: str = IRON.test_id) -> None:
        """The test is looked at, filled as every point so far would fill it."""
        for shape in sorted(self._shapes) or [""]:
            self.bench.write(cache.note_look, self.policy, test_id, look, Reveal(shape, self.laid_open))

    def shape(self, values: Mapping[str, Any]) -> str:
        recipe = self.policy.recipe(values)
        return recipe.shape if recipe else ""

    def submit(
        self,
        points: Sequence[Mapping[str, Any]],
        wants: Wants | None = None,
        *,
        test_id: str = IRON.test_id,
        is_fresh: bool = False,
        is_known: bool = True,
    ) -> Run:
        """As the desk does it. Values that the parameters do not take are a mistake of the test, unless they are meant."""
        assert all((self.policy.recipe(point) is not None) is is_known for point in points)
        self.bench.clock.advance(1)
        run_id = ulid(self.bench.clock(), self.bench.rng)
        new = NewRun(run_id, "run", test_id, "{}", (Batch([*map(dict, points)]),), wants or Wants(), is_fresh=is_fresh)

        def submitted(tx: Any) -> Run:
            runs.submit(tx, new)
            cache.reuse(tx, run_id)
            return runs.get(tx.db, run_id)

        return self.bench.write(submitted)

    def lease(self) -> Lease | None:
        return self.bench.write(leases.lease, "browser/1", 1)

    def basis(self, leased: Lease, look: Look = LOOK) -> Basis | None:
        return self.policy.basis(leased.test_id, look, leased.values, {self.shape(leased.values): self.laid_open}.get)

    def finish(self, leased: Lease, pl: float, look: Look = LOOK, **kept: Any) -> None:
        """The page proved this figure, and the test was so when it was opened for it."""
        self.open(leased, look)
        self.bench.write(attempts.intent, leased.token)
        figures = kept.pop("figures", None) or proven(pl)
        self.bench.write(attempts.succeed, leased.token, figures, Kept(basis=self.basis(leased, look), **kept))

    def work(self, look: Look = LOOK, **kept: Any) -> list[Values]:
        """Run everything that is to be run; the values that were, each with the figure of its delta."""
        done = []
        while (leased := self.lease()) is not None:
            self.finish(leased, float(leased.values.get("delta", 0.0)), look, **kept)
            done.append(dict(leased.values))
        return done

    def open(self, leased: Lease, look: Look = LOOK) -> None:
        self._shapes.add(shape := self.shape(leased.values))
        self.bench.write(cache.note_look, self.policy, leased.test_id, look, Reveal(shape, self.laid_open))

    def refuse(self, leased: Lease, message: str = "the site does not take these values: Delta") -> None:
        self.open(leased)
        self.bench.write(attempts.intent, leased.token)
        self.bench.write(attempts.refuse, leased.token, message, self.basis(leased))

    def figures(self, run: Run) -> list[float | None]:
        return [row.figures.metrics["pl"] if row.figures else None for row in self.bench.read(results.page, run.run_id)]

    def hits(self, run: Run) -> int:
        return self.bench.run(run).counts.cached


def with_trades(count: float) -> Figures:
    return Figures({"pl": 1.0, "total_trades": count}, proof={"cards": []})
