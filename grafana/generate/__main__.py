"""Writes every dashboard as JSON: `python -m grafana.generate [FOLDER]`."""

import json
import sys
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.generate import browsers, internals, overview, results, run

DASHBOARDS = Path(__file__).parents[1] / "dashboards"
BUILDERS = {
    "overview": overview.dashboard,
    "run": run.dashboard,
    "browsers": browsers.dashboard,
    "internals": internals.dashboard,
    "results": results.dashboard,
}

INTERVALS_ONLY = ("auto", "auto_count", "auto_min")
"""What the SDK gives every variable although Grafana knows it of intervals alone."""


def write(folder: Path) -> None:
    """Write all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in BUILDERS.items():
        board = json.loads(JSONEncoder().encode(build().build()))
        for variable in board["templating"]["list"]:
            for key in INTERVALS_ONLY:
                variable.pop(key, None)
        for panel in board["panels"]:
            panel.get("options", {}).pop("footer", None)  # of the SDK's tables; Grafana has moved it since
        (folder / f"{name}.json").write_text(json.dumps(board, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else DASHBOARDS)
