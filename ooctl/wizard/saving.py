"""The run as a file, if somebody wants it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ooctl.wizard.answers import Answers
from ooctl.wizard.order import run_file
from ooctl.wizard.questions import Choice, GoBack, Question
from ooctl.wizard.schema import Verdict

if TYPE_CHECKING:
    from ooctl.wizard.order import Order
    from ooctl.wizard.questions import Asker


def save(asker: Asker, order: Order, folder: Path, *, test_name: str) -> str | None:
    """Ask, and write the file; its name as it was given, or None. Never replaces a file. Raises KeyboardInterrupt."""
    wrong, given = "", None
    try:
        if asker.ask(_WANTED, error="", given=None) == "no":
            return None
        while True:
            given = asker.ask(_name(folder, order, test_name), error=wrong, given=given)
            wrong = _write(folder / Path(given.strip()).expanduser(), run_file(order, test_name=test_name))
            if not wrong:
                return str(given.strip())
    except GoBack:
        return None


def _take(_: str) -> Answers:
    return Answers()


_WANTED = Question(
    key="Save",
    title="Save it as a file, to run it again or to change it?",
    choices=(Choice("no", "No"), Choice("yes", "Yes", "a text file (YAML) for ooctl submit FILE")),
    take=_take,
)


def _name(folder: Path, order: Order, test_name: str) -> Question:
    stem = re.sub(r"[^a-z0-9]+", "-", (order.name or test_name).casefold()).strip("-") or "run"
    free = (f"{stem}{number}.yaml" for number in ("", *(f"-{n}" for n in range(2, 10_000))))
    return Question(
        key="File",
        title="What is the file called?",
        start=next(name for name in free if not (folder / name).exists()),
        judge=lambda text: Verdict() if text.strip() else Verdict("give a name, such as run.yaml"),
        take=_take,
    )


def _write(path: Path, content: str) -> str:
    """Why it could not be written; empty when it was."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return f"{path} exists already; take another name"
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    return ""
