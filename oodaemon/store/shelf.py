"""The shelf: the files of the evidence of failed attempts, one folder an attempt. Blocking; knows nothing of the database.

A file is on disk before its row in the index is committed, and its row is marked as dropped before the file is removed. So whatever
moment the power goes, a row that is not dropped has its file; files without such a row are what `sweep` removes at the next start.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from oodaemon.model.evidence import NAMES, Item, KeptItem

FOLDER = "evidence"

Place = tuple[int, str]
"""An attempt and the name of a piece of its evidence."""


class Shelf:
    """The evidence folder of one store. Files are for this user alone."""

    def __init__(self, state_dir: Path) -> None:
        self.root = state_dir / FOLDER

    def put(self, attempt_id: int, items: Iterable[Item]) -> tuple[KeptItem, ...]:
        """Write the evidence of an attempt and wait until it is on disk. Raises OSError, and then leaves nothing of it."""
        folder = self.root / str(attempt_id)
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)  # of an attempt of a store that was replaced by an older copy
            folder.mkdir(mode=0o700)
            kept = tuple(_write(folder, item) for item in items)
            _flush(folder)
            _flush(self.root)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return kept

    def read(self, attempt_id: int, kept: KeptItem) -> bytes | None:
        """The bytes of a piece of evidence; None when they are not there, or are not those that were kept."""
        content = self._content((attempt_id, kept.name))
        return content if content is not None and sha256(content).hexdigest() == kept.sha256 else None

    def remove(self, places: Iterable[Place]) -> None:
        """Remove files, and folders that become empty by it. Files that are not there are no matter; never raises for the disk."""
        for attempt_id, name in places:
            with suppress(OSError):
                self._path((attempt_id, name)).unlink(missing_ok=True)
            with suppress(OSError):
                (self.root / str(attempt_id)).rmdir()

    def discard(self, attempt_id: int) -> None:
        """Remove everything of an attempt; never raises for the disk."""
        shutil.rmtree(self.root / str(attempt_id), ignore_errors=True)

    def sweep(self, indexed: Collection[Place]) -> list[Place]:
        """Remove what the index does not have, and return what it has and the folder has not. Only while no attempt is open.

        Never raises for the disk; of a folder that cannot be read nothing is said.
        """
        wanted: dict[str, set[str]] = {}
        for attempt_id, name in indexed:
            wanted.setdefault(str(attempt_id), set()).add(name)
        with suppress(OSError):
            for entry in list(self.root.iterdir()) if self.root.is_dir() else []:
                _tidy(entry, wanted.get(entry.name, set()))
            return sorted(place for place in indexed if not self._path(place).is_file())
        return []

    def faults(self, indexed: Iterable[tuple[int, KeptItem]]) -> Iterator[str]:
        """One sentence for each piece of evidence whose file is not what the index says. Reads every file."""
        for attempt_id, kept in indexed:
            content = self._content((attempt_id, kept.name))
            if content is None:
                yield f"the evidence {attempt_id}/{kept.name} has no file"
            elif len(content) != kept.size or sha256(content).hexdigest() != kept.sha256:
                yield f"the file of the evidence {attempt_id}/{kept.name} is not the one that was kept"

    def _content(self, place: Place) -> bytes | None:
        try:
            return self._path(place).read_bytes()
        except OSError:
            return None

    def _path(self, place: Place) -> Path:
        attempt_id, name = place
        if name not in NAMES:
            raise ValueError(f"{name!r} is no name of evidence")
        return self.root / str(attempt_id) / name


def _write(folder: Path, item: Item) -> KeptItem:
    media_type = NAMES[item.name]
    descriptor = os.open(folder / item.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(item.content)
        file.flush()
        os.fsync(file.fileno())
    return KeptItem(item.name, media_type, len(item.content), sha256(item.content).hexdigest())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tidy(folder: Path, wanted: Collection[str]) -> None:
    if not wanted or folder.is_symlink() or not folder.is_dir():
        _remove(folder)
        return
    for file in list(folder.iterdir()):
        if file.name not in wanted:
            _remove(file)


def _remove(entry: Path) -> None:
    with suppress(OSError):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
