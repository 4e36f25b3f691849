"""Short ways to results that tests invent."""

from collections.abc import Callable

from oodaemon.analysis.candidates import Candidate
from oodaemon.model.tasks import Origin


def point(index: int, *, part: str = "", origin: Origin = Origin.VERIFIED, derived: dict | None = None, values=None, **metrics):
    """A candidate of one run; without values it has none."""
    return Candidate("RUN", index, values or {}, {k: float(v) for k, v in metrics.items()}, derived or {}, origin, part)


def grid(of: Callable[[int, int], dict[str, float]], columns: int = 5, rows: int = 5) -> list[Candidate]:
    """A grid of delta (5, 10, ...) and stop_loss (100, 200, ...), the last changing fastest; `of` gives the figures by place."""
    return [
        point(x * rows + y, values={"delta": 5 * (x + 1), "stop_loss": 100 * (y + 1), "delta.unit": "percent"}, **of(x, y))
        for x in range(columns)
        for y in range(rows)
    ]
