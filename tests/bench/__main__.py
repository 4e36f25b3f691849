"""`make bench`: measures, and asserts nothing, for times belong to a machine. Prints each figure beside its target.

python -m tests.bench [TASKS] [EVENTS]
"""

import sys
import tempfile
from pathlib import Path

from tests.bench import boot, exports, grids, latency, startup


def main(tasks: int, events: int) -> None:
    with tempfile.TemporaryDirectory(prefix="oobench-", dir="/tmp") as folder:
        boot.measure(Path(folder), tasks=tasks, events=events, say=say)
    grids.measure(say=say, tasks=tasks)
    latency.measure(say=say)
    exports.measure(say=say)
    startup.measure(say=say)


def say(what: str, value: float, unit: str, target: float | None = None) -> None:
    """One line: the figure, and its ratio to the target where there is one."""
    ratio = f"   {value / target:5.2f} of the {target:g} {unit} it may take" if target else ""
    print(f"{what:58}{value:10.3f} {unit}{ratio}", flush=True)


if __name__ == "__main__":
    given = [int(text.replace("_", "")) for text in sys.argv[1:3]]
    main(*given, *(100_000, 1_000_000)[len(given) :])
