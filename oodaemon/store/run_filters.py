"""Which runs are wanted of all there are: conditions on the rows of runs `r`, their specifications `s` and their tests `t`."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oodaemon import clock
from oodaemon.model.runs import RunPhase

KINDS: Final = ("sweep", "grid", "list", "staged", "search", "walk_forward")
"""Kinds of runs, by their member of a specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What runs must be like; empty fields ask for nothing. `kind` is one of KINDS. Days end before `before`."""

    text: str = ""
    test_id: str = ""
    phases: Sequence[RunPhase] = ()
    kind: str = ""
    since: datetime.datetime | None = None
    before: datetime.datetime | None = None

    def condition(self) -> tuple[str, list[str]]:
        """Further conditions of a WHERE clause, each beginning with AND, and their values."""
        found: list[tuple[str, tuple[str, ...]]] = []
        if self.text:
            names = "coalesce(nullif(t.alias, ''), t.name)"
            found.append(
                (
                    f"(r.run_id LIKE ? OR instr(lower(r.name), lower(?)) > 0 OR instr(lower({names}), lower(?)) > 0)",
                    (f"{_no_pattern(self.text)}%", self.text, self.text),
                )
            )
        if self.test_id:
            found.append(("r.test_id = ?", (self.test_id,)))
        if self.phases:
            places = ", ".join("?" * len(self.phases))
            found.append((f"r.phase IN ({places})", tuple(phase.value for phase in self.phases)))
        if self.kind:
            found.append(("json_type(s.spec, ?) IS NOT NULL", (f"$.{self.kind}",)))
        if self.since is not None:
            found.append(("r.created_at >= ?", (clock.to_text(self.since),)))
        if self.before is not None:
            found.append(("r.created_at < ?", (clock.to_text(self.before),)))
        return "".join(f" AND {clause}" for clause, _ in found), [value for _, values in found for value in values]


ALL: Final = Wanted()


def _no_pattern(text: str) -> str:
    """The text without what LIKE takes for a pattern: no id has such characters."""
    return text.replace("%", "!").replace("_", "!")
