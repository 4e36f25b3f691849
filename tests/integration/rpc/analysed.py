"""Runs with figures that tests invent, put into the store as a browser would."""

import datetime
import json
import random
from collections.abc import Callable, Mapping, Sequence

from oodaemon.analysis.metrics import derive
from oodaemon.clock import utc_now
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Author, NewRun, Run
from oodaemon.model.tasks import FailureClass, Figures, Lease
from oodaemon.model.trades import LogFile
from oodaemon.store import attempts, leases, results, rulings, runs, trades
from oodaemon.store.rulings import Order, Which
from oodaemon.store.transaction import Transaction
from tests.integration.rpc.support import IRON, Service
from tests.unit.analysis.rows import log, trade

Figure = Mapping[str, float]
YEAR = TestConfig(start_date="2024-01-01", end_date="2024-12-31")
OPENING = datetime.datetime.fromisoformat("2024-01-02T10:00")


def hill(x: int, y: int) -> dict[str, float]:
    """Best in the middle of a 5 x 5 grid in everything."""
    far = abs(x - 2) + abs(y - 2)
    return {
        "pl": 5000 - 600.0 * far,
        "cagr": 40 - 6.0 * far,
        "max_drawdown": -10 - 2.0 * far,
        "mar": 4 - 0.5 * far,
        "win_percentage": 80 - far,
        "total_trades": 300,
        "starting_capital": 100_000,
    }


def grid_of(figures: Callable[[int, int], Figure | None], side: int = 5) -> list[tuple[dict, Figure | None]]:
    """Values and figures of a grid of delta and stop loss, the last changing fastest; None fails."""
    return [
        ({"delta": 5 * (x + 1), "delta.apply_to": "both", "stop_loss": 100 * (y + 1)}, figures(x, y))
        for x in range(side)
        for y in range(side)
    ]


async def put(
    service: Service,
    points: Sequence[tuple[dict, Figure | None]],
    *,
    name: str = "grid",
    spec: str = '{"sweep":{}}',
    logs: Mapping[int, LogFile] | None = None,
    accepted: Sequence[int] = (),
    parts: Sequence[tuple[str, int]] = (("", 0),),
) -> Run:
    """A run with these points; those with figures have results, of the `accepted` ones without proof, and some have trade logs.

    `parts` are names with the index of their first task.
    """
    write = service.parts.store.write
    values = [values for values, _ in points]
    ends = [first for _, first in parts[1:]] + [len(points)]
    batches = tuple(Batch(values[first:end], part) for (part, first), end in zip(parts, ends, strict=True))
    new = NewRun(ulid(utc_now(), service.parts.rng), name, IRON.test_id, spec, batches)
    run = await write(runs.submit, new)
    for _ in points:
        lease = await write(leases.lease, "site/oo/browser/1", 1)
        assert lease is not None
        assert lease.run_id == run.run_id
        figures = points[lease.index][1]
        assert await write(attempts.intent, lease.token)
        if figures is None:
            await write(attempts.fail, lease.token, FailureClass.SITE_ERROR, "no")
        elif lease.index in accepted:
            await write(_accept, lease, figures)
        else:
            await write(_succeed, lease, figures, (logs or {}).get(lease.index))
    assert len(await service.parts.store.read(results.page, run.run_id)) == len(points)
    return await service.parts.store.read(runs.get, run.run_id)


def _succeed(tx: Transaction, lease: Lease, figures: Figure, file: LogFile | None) -> None:
    attempts.succeed(tx, lease.token, Figures(figures, proof={"cards": []}, config=YEAR))
    if file is not None:
        trades.record(tx, lease.run_id, lease.index, attempt_id=lease.token.attempt_id, file=file)


def _accept(tx: Transaction, lease: Lease, figures: Figure) -> None:
    """What a page showed without proving it, and what a user made of that."""
    attempts.fail(tx, lease.token, FailureClass.MISMATCH, "no proof")
    insert = "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, '{}', '{}', '{}')"
    tx.execute(insert, (lease.token.attempt_id, json.dumps(dict(figures))))
    order = Order(ref=lease.run_id, which=Which(indexes=(lease.index,)), author=Author("me@desk", "looked at the page"))
    rulings.accept(tx, order)


def a_log(seed: int, *, count: int = 120, mean: float = 0.0, contracts: int = 1) -> LogFile:
    """A log of one trade a day; the same days for every seed."""
    rng = random.Random(seed)
    moments = [OPENING + datetime.timedelta(days=n) for n in range(count)]
    found = log(
        *(
            trade(round(rng.gauss(mean, 300), 2), at, contracts=contracts + (n % 2 if contracts > 1 else 0))
            for n, at in enumerate(moments)
        )
    )
    return LogFile(f"log-{seed}.csv", f"bytes of {seed}".encode(), found, derive(found))
