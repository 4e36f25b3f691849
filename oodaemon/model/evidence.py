"""Evidence: what is kept of a failed attempt, so that a person can see afterwards what the daemon saw."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from oodaemon.model.tasks import Failure, Figures
from oodaemon.model.values import Value

SCREENSHOT, DOM, CONSOLE, NETWORK, TRACE = "screenshot.png", "dom.html", "console.jsonl", "network.jsonl", "trace.zip"
"""The names under which evidence is kept, always these."""

NAMES: Mapping[str, str] = {
    SCREENSHOT: "image/png",
    DOM: "text/html",
    CONSOLE: "application/jsonl",
    NETWORK: "application/jsonl",
    TRACE: "application/zip",
}
"""Media type by name."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence, redacted; `name` is one of NAMES."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptItem:
    """A piece of evidence as the index has it; the file is gone once `dropped_at` is set."""

    name: str
    media_type: str
    size: int
    sha256: str
    dropped_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an attempt was when it failed. Texts are redacted; `missing` says by name why a piece of evidence is not there."""

    step: str = ""
    url: str = ""
    title: str = ""
    causes: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much evidence is kept: bytes and attempts over all, attempts of a run, attempts of a task."""

    size: int
    attempts: int = 2000
    attempts_of_run: int = 500
    attempts_of_task: int = 5


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that is kept of one failed attempt. `quarantined` are figures that the page showed and did not prove."""

    run_id: str
    index: int
    values: Mapping[str, Value]
    failure: Failure
    scene: Scene = field(default_factory=Scene)
    items: tuple[KeptItem, ...] = ()
    quarantined: Figures | None = None
