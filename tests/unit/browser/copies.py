"""Copies of the real recordings, to be broken."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oodaemon.browser.recordings import load
from oodaemon.errors import ConfigurationError

REAL = Path(__file__).parents[3] / "recordings"
Change = Callable[[dict[str, Any]], object]


def copy_of_recordings(tmp_path: Path) -> Path:
    """A copy of the real recordings to break."""
    copy = tmp_path / "recordings"
    shutil.copytree(REAL, copy)
    return copy


def edit(folder: Path, name: str, change: Change) -> None:
    file = folder / name
    content = json.loads(file.read_text("utf-8"))
    change(content)
    file.write_text(json.dumps(content), "utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load(folder)
    assert all("\n" not in line for line in caught.value.problems)
    return caught.value.problems


def steps(flow: dict[str, Any], segment: str) -> Iterator[dict[str, Any]]:
    current = ""
    for step in flow["steps"]:
        if step["type"] == "customStep":
            current = step["parameters"]["name"]
        elif current == segment:
            yield step


def without_steps(segment: str) -> Change:
    def change(flow: dict[str, Any]) -> None:
        gone = list(steps(flow, segment))
        flow["steps"] = [step for step in flow["steps"] if step not in gone]

    return change


def remove(*path: str) -> Change:
    def change(content: dict[str, Any]) -> None:
        for name in path[:-1]:
            content = content[name]
        del content[path[-1]]

    return change
