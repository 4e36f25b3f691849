"""`make bench`: measures, and asserts nothing, for times belong to a machine. Prints each figure beside its goal, then one table.

python -m tests.bench [PART ...] [--tasks N] [--events N] [--record]
python -m tests.bench --table README.md     writes the newest recorded figure of each part between the markers of that file
"""

import argparse
import tempfile
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import boot, clicks, exports, grids, latency, memory, overhead, published, scaling, scrapes, startup, store
from tests.bench.table import Table

Part = Callable[[Table, argparse.Namespace], None]


def _boot(table: Table, asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="oobench-", dir="/tmp") as folder:
        boot.measure(Path(folder), tasks=asked.tasks, events=asked.events, say=table)


PARTS: Mapping[str, Part] = {
    "overhead": lambda table, asked: overhead.measure(say=table, tasks=asked.backtests),
    "clicks": lambda table, _: clicks.measure(say=table),
    "recovery": lambda table, _: overhead.cold(say=table),
    "memory": lambda table, asked: memory.measure(say=table, growth_tasks=asked.growth),
    "grids": lambda table, asked: grids.measure(say=table, tasks=asked.tasks),
    "watching": lambda table, _: latency.measure(say=table),
    "exports": lambda table, _: exports.measure(say=table),
    "store": lambda table, asked: store.measure(say=table, tasks=asked.tasks, events=asked.events),
    "scrapes": lambda table, asked: scrapes.measure(say=table, tasks=asked.tasks),
    "boot": _boot,
    "startup": lambda table, _: startup.measure(say=table),
    "scaling": lambda table, _: scaling.measure(say=table),
}


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.bench")
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    options.add_argument("--tasks", type=int, default=100_000, help="tasks of a big store")
    options.add_argument("--events", type=int, default=1_000_000, help="events of a big store at boot")
    options.add_argument(
        "--backtests", type=int, default=overhead.TASKS, help="backtests of each browser in each measurement of the overhead"
    )
    options.add_argument("--growth", type=int, default=memory.GROWTH_TASKS, help="tasks over which memory is followed")
    options.add_argument("--record", action="store_true", help="append the figures to the history")
    options.add_argument("--table", type=Path, metavar="FILE", help="measure nothing; write the recorded figures into this file")
    asked = options.parse_args()
    if asked.table is not None:
        try:
            published.write(asked.table)
        except published.Unpublished as error:
            options.error(str(error))
        print(f"{asked.table}: the table was made anew")
        return
    if unknown := [name for name in asked.parts if name not in PARTS]:
        options.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    table = Table()
    broken = [name for name in asked.parts or PARTS if not _is_measured(table, name, asked)]
    print(f"\n{table.markdown()}")
    if asked.record and table.figures:
        table.record()
    if broken:
        raise SystemExit(f"not measured to its end, see above: {', '.join(broken)}")


def _is_measured(table: Table, name: str, asked: argparse.Namespace) -> bool:
    """Measure a part. One that breaks leaves its figures out, and the figures of the others are not lost with it."""
    table.part = name
    print(f"\n{name}", flush=True)
    try:
        PARTS[name](table, asked)
    except Exception:  # noqa: BLE001 - told, and the other parts are measured all the same
        traceback.print_exc()
        table.forget(name)
        return False
    return True


if __name__ == "__main__":
    main()
