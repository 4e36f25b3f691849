"""A run with results, put into a store in a moment: rows as the daemon writes them, without a browser."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oodaemon.analysis.files import read
from oodaemon.model.runs import NewRun, Run, Wants
from oodaemon.plans.plan import Batch
from oodaemon.store import runs, trades
from oodaemon.store.transaction import Transaction, to_json
from tests.unit.analysis.rows import CLASSIC, file

CONFIG = {
    "underlying": "SPX",
    "start_date": "2022-05-16",
    "end_date": "2025-11-21",
    "legs": [{"side": "sell", "right": "put", "quantity": 1, "value": 30, "unit": "Δ", "dte": 0}],
    "cards": [{"title": "Exit", "lines": [{"text": "Profit Target: 50%", "name": "Profit Target", "number": 50, "unit": "%"}]}],
}


def spec_of(run_name: str, *names: str) -> str:
    """A grid over these parameters, for the header of a run."""
    parameters = [{"name": name, "list": {"values": ["1", "2"]}} for name in names]
    return json.dumps({"grid": {"test": run_name, "parameters": parameters}})


def metrics_of(values: Mapping[str, Any]) -> dict[str, float]:
    """Figures with one best point: a hill over the numbers among the values, always the same for the same values."""
    numbers = [float(value) for name, value in values.items() if "." not in name and isinstance(value, int | float)]
    dice = random.Random(repr(sorted(numbers)))
    height = 40_000 - sum(min(abs(number - 30), 40) ** 2 for number in numbers) * 12 + dice.uniform(-900, 900)
    fall = -8 - abs(dice.gauss(0, 4))
    cagr = height / 1600
    return {
        "pl": round(height, 2), "cagr": round(cagr, 1), "max_drawdown": round(fall, 1), "mar": round(cagr / -fall, 2),
        "win_percentage": round(dice.uniform(50, 80), 1), "total_premium": float(dice.randint(90_000, 200_000)),
        "capture_rate": round(dice.uniform(5, 25), 1), "starting_capital": 100_000.0, "ending_capital": round(100_000 + height, 2),
        "avg_per_trade": round(height / 880, 2), "avg_winner": round(dice.uniform(80, 160), 2),
        "avg_loser": round(-dice.uniform(90, 260), 2), "max_winner": round(dice.uniform(300, 600), 2),
        "max_loser": round(-dice.uniform(500, 1900), 2),
        "avg_minutes_in_trade": round(dice.uniform(60, 300), 1), "total_trades": 880.0, "winners": float(dice.randint(440, 700)),
    }  # fmt: skip


def log_of(seed: int, count: int = 60) -> bytes:
    """A trade log of so many trades, one a day, with equations that hold."""
    dice = random.Random(seed)
    lines, funds = [], 100_000.0
    for number in range(count):
        day, month = 1 + number % 28, 1 + number // 28 % 12
        premium, cost = 200 + dice.randint(0, 150), dice.choice([0, 0, 0, 60, 400])
        pl = round(premium - cost - 5.12, 2)
        funds = round(funds + pl, 2)
        reason = "Stop Loss" if cost == 400 else "Profit Target"
        opening = f'"2025-{month:02}-{day:02}","10:15:00",6551.04,"1 Dec 31 6430 P STO 3.65 | 1 Dec 31 6350 P BTO 1.20",{premium}'
        closing = f'6602.99,"2025-{month:02}-{day:02}","15:45:00",{cost},"{reason}",{pl},1,{funds},7480,"",3.56,1.56'
        lines.append(f"{opening},{closing},3.042,1,17.01,-4.73,100,-85.11")
    return file(CLASSIC, *lines)


def fill(tx: Transaction, run_id: str, test_id: str, axes: Mapping[str, Sequence[Any]], *, every: int = 1, **fixed: Any) -> Run:
    """Store a grid whose tasks all succeeded; with `every` above 1 only each so-many-th, and the others wait.

    The last axis changes fastest; `fixed` are values that every task has, with `__` for a point.
    """
    tasks: list[dict[str, Any]] = [{name.replace("__", "."): value for name, value in fixed.items()}]
    for name, values in axes.items():
        tasks = [{**task, name: value} for task in tasks for value in values]
    new = NewRun(run_id, " x ".join(axes), test_id, spec_of(test_id, *axes), (Batch(tasks),), Wants(trades=True))
    runs.submit(tx, new)
    indexes = range(0, len(tasks), every)
    first = tx.execute("SELECT coalesce(max(attempt_id), 0) FROM attempts").fetchone()[0] + 1
    attempts = [
        (first + place, run_id, index, tx.boot, "browser/1", 1, tx.now_text, tx.now_text, tx.now_text, "succeeded", 21.5)
        for place, index in enumerate(indexes)
    ]
    tx.execute_many("INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?,?,?)", attempts)
    proof, config = json.dumps({"cards": ["P/L"]}), json.dumps(CONFIG, ensure_ascii=False, separators=(",", ":"))
    tx.execute_many(
        "INSERT INTO results (run_id, idx, attempt_id, metrics, extra, proof, config, recorded_at, origin)"
        " VALUES (?, ?, ?, ?, '{}', ?, ?, ?, 'verified')",
        (
            (run_id, index, first + place, to_json(metrics_of(tasks[index])), proof, config, tx.now_text)
            for place, index in enumerate(indexes)
        ),
    )
    tx.execute("UPDATE tasks SET state = 'succeeded' WHERE run_id = ? AND idx % ? = 0", (run_id, every))
    tx.execute_many(
        "INSERT INTO events (occurred_at, boot, type, run_id, idx, attempt_id, actor, body) VALUES (?,?,?,?,?,?,?,?)",
        _events(tx, run_id, indexes, first, tasks),
    )
    runs.settle(tx, run_id)
    return runs.get(tx.db, run_id)


def _events(tx: Transaction, run_id: str, indexes: Sequence[int], first: int, tasks: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    for place, index in enumerate(indexes):
        for kind, running, completed in (("task_leased", 1, 0), ("task_submitted", 1, 0), ("task_completed", 0, 1)):
            counts = {"pending": len(tasks) - place - 1, "running": running, "completed": place + completed}
            body = json.dumps({"counts": {**counts, "failed": 0, "skipped": 0, "cancelled": 0}, "values": tasks[index]})
            yield (tx.now_text, tx.boot, kind, run_id, index, first + place, "browser/1", body)


def keep_logs(tx: Transaction, run: Run, indexes: Sequence[int], *, count: int = 60) -> None:
    """Trade logs for some finished tasks of a run."""
    for index in indexes:
        attempt = tx.execute("SELECT attempt_id FROM results WHERE run_id = ? AND idx = ?", (run.run_id, index)).fetchone()[0]
        trades.record(tx, run.run_id, index, attempt_id=attempt, file=read(log_of(index, count), f"log-{index}.csv"))
