"""Tables as a daemon would send them, with what is awkward in each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ooctl.writers.table import Cells, Column, Kind, Role, Table
from tests.unit.ooctl.builders import RUN_ID

COLUMNS = (
    Column("index", Kind.INTEGER, Role.IDENTITY),
    Column("delta", Kind.NUMBER, Role.PARAMETER),
    Column("pl", Kind.NUMBER, Role.FIGURE, "USD", 1),
    Column("premium", Kind.DECIMAL, Role.FIGURE, "USD"),
    Column("use_vix", Kind.BOOLEAN, Role.PARAMETER),
    Column("reason", Kind.TEXT, Role.PROVENANCE),
    Column("recorded_at", Kind.MOMENT, Role.PROVENANCE),
    Column("opened_at", Kind.WALL_TIME, Role.IDENTITY),
    Column("extra", Kind.JSON, Role.FIGURE),
)
NAMES = [column.name for column in COLUMNS]
MOMENT, WALL = "2026-11-21T08:00:01.500000Z", "2025-11-21T10:15:41.410984"
BAD = '=cmd|" /c calc"!A1'
ROWS = (
    (0, 10, 1234, "191.6666666666667", True, None, MOMENT, WALL, '{"Avg DIT": "3.2"}'),
    (1, 12.5, -0.1, "-305.12", False, BAD, None, None, None),
    (2, None, None, None, None, 'two\nlines, "quoted" | <b>', MOMENT, "2025-11-21T10:15:00", None),
    (3, 1e-7, 1e16, "0.1", None, "Δ -5 + 3 @ home", None, None, "{}"),
)
RUN = {"run_id": RUN_ID, "name": "iron fly delta", "test": {"name": "Iron fly"}}


def a_table(rows: Sequence[Sequence[Any]] = ROWS, *, size: int = 3) -> Table:
    """In batches of so many rows."""
    batches = [
        [Cells.of(values) for values in zip(*rows[start : start + size], strict=True)] for start in range(0, len(rows), size)
    ]
    return Table(RUN, COLUMNS, iter(batches))
