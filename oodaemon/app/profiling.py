"""`oodaemon run --profile-tasks`: says on stdout where the time of each attempt went, and every now and then of all of them."""

import sys
from collections.abc import Callable

from oodaemon.browser.profile import Part, Profiles, Record, Summary, Whose, summary

EVERY = 50
"""Attempts from one summary to the next."""

OWNERS = {
    Whose.SITE: "the site's",
    Whose.POLITENESS: "politeness",
    Whose.PROOF: "proof",
    Whose.OURS: "ours",
}


def line(record: Record) -> str:
    """One attempt in milliseconds: by whose they are, then part by part."""
    owners = ", ".join(f"{OWNERS[whose]} {_ms(spent)}" for whose, spent in record.by_owner.items() if spent)
    parts = ", ".join(f"{part.value} {_ms(record.seconds[part])}" for part in Part if record.seconds.get(part, 0) >= 0.0005)
    return f"profile: {record.run_id} {record.index} {record.outcome or 'unfinished'} {_ms(record.whole)} ms: {owners} ({parts})"


def plain(found: Summary) -> str:
    """The table of a summary for a file or a pipe."""
    lines = [
        f"profile of {found.attempts} attempts with a result: {_ms(found.median)} ms (median)",
        f"{'part':14}{'whose':12}{'median ms':>10}{'longest ms':>12}{'share':>8}",
    ]
    lines += ["{:14}{:12}{:>10}{:>12}{:>8}".format(*cells) for cells in _cells(found)]
    lines += [f"{OWNERS[whose]:26}{'':22}{share:>8.1%}" for whose, share in found.shares.items() if share]
    return "\n".join(lines)


def _cells(found: Summary) -> list[tuple[str, str, str, str, str]]:
    return [(row.part.value, OWNERS[row.part.whose], _ms(row.median), _ms(row.longest), f"{row.share:.1%}") for row in found.rows]


def rich_table(found: Summary) -> None:
    """The same on a terminal."""
    from rich.console import Console  # noqa: PLC0415 - only here, and heavy
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(title=f"{found.attempts} attempts with a result: {_ms(found.median)} ms (median)")
    for name in ("part", "whose"):
        table.add_column(name)
    for name in ("median ms", "longest ms", "share"):
        table.add_column(name, justify="right")
    table.add_column("what")
    for row, cells in zip(found.rows, _cells(found), strict=True):
        table.add_row(*cells, row.part.meaning)
    table.add_section()
    for whose, share in found.shares.items():
        if share:
            table.add_row("", OWNERS[whose], "", "", f"{share:.1%}", "")
    Console(file=sys.stdout).print(table)


class Printer:
    """Follows the attempts of a daemon and says what they took. `say` and `show` replace stdout."""

    def __init__(
        self, profiles: Profiles, *, say: Callable[[str], object] | None = None, show: Callable[[Summary], object] | None = None
    ) -> None:
        self._profiles, self._said = profiles, 0
        self._say = say or (lambda text: print(text, flush=True))  # noqa: T201 - what was asked for
        self._show = show or (rich_table if sys.stdout.isatty() else lambda found: self._say(plain(found)))
        profiles.told = self._told

    def _told(self, record: Record) -> None:
        self._say(line(record))
        self._said += 1
        if self._said % EVERY == 0:
            self.summarise()

    def summarise(self) -> None:
        """Say what the attempts that are remembered took, if any came to a result."""
        if records := [record for record in self._profiles.records() if record.is_good]:
            self._show(summary(records))


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f}"
