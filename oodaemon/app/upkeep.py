"""The commands that look after a store: back it up, restore it, check it. None of them needs a daemon."""

from collections.abc import Callable
from pathlib import Path

from oodaemon.app.settings import Settings
from oodaemon.clock import utc_now
from oodaemon.store import audit, backup, restore
from oodaemon.store.files import BACKUPS_NAME, DATABASE_NAME
from oodaemon.store.soundness import Unsound

Say = Callable[[str], None]


def back_up(settings: Settings, file: Path | None, say: Say) -> None:
    """Copy the store of the settings to a file, a folder, or the folder of its backups. Raises BackupFailed."""
    now = utc_now()
    target = file or settings.state_dir / BACKUPS_NAME
    if file is None or file.is_dir():
        target = target / backup.name("manual", now)
    found = backup.take(settings.state_dir / DATABASE_NAME, target)
    say(f"{target}: store {found.store_id}, events up to {found.head}, checked")


def put_back(settings: Settings, file: Path, say: Say) -> None:
    """Make a backup the store of the settings. Raises RestoreFailed, Unsound and StoreHeld."""
    found, aside = restore.restore(file, settings.state_dir, utc_now())
    say(f"{settings.state_dir / DATABASE_NAME}: restored from {file}, events up to {found.head}, generation {found.generation}")
    if aside is not None:
        say(f"what was there is in {aside}")


def check(settings: Settings, say: Say) -> bool:
    """Say every broken promise of the store of the settings; True when there is none."""
    path = settings.state_dir / DATABASE_NAME
    try:
        problems = audit.audit(path)
    except Unsound as error:
        problems = [str(error)]
    for problem in problems:
        say(problem)
    if not problems:
        say(f"{path} keeps every promise")
    return not problems
