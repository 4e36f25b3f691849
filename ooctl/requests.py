"""The journal of requests: an id is on disk before its request is sent, so that the same command repeated is the same request.

After a lost answer, a crash or Ctrl-C nobody knows whether the daemon carried a request out. Its entry stays, and the same command
given again finds the id there. An answer, whatever it says, removes the entry.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import socket
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError
from ooctl.pacing import MINUTES

if TYPE_CHECKING:
    from google.protobuf.message import Message

KEPT: Final = 24 * 60 * MINUTES
"""For so long an unanswered submission is repeated under its id."""
KEPT_STEERING: Final = 10 * MINUTES
"""Less for what changes a run: others may have changed it back, and then the command is meant anew."""


def caller(env: Mapping[str, str]) -> str:
    """Who sends requests, as user@host, in ASCII: this is metadata on the wire."""
    user = env.get("USER", "")
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    return f"{user or 'unknown'}@{socket.gethostname()}".encode("ascii", "replace").decode()


def folder_of(env: Mapping[str, str]) -> Path:
    """Where requests are journaled: the state folder of this user."""
    if env.get("XDG_STATE_HOME"):
        return Path(env["XDG_STATE_HOME"]) / "ooctl" / "requests"
    from platformdirs import user_state_path  # noqa: PLC0415 - only commands that change something need it

    return user_state_path("ooctl", appauthor=False) / "requests"


@dataclass(frozen=True)
class RequestJournal:
    """Requests to one daemon. `notice` is told when a request is repeated. A folder that cannot be used is done without."""

    folder: Path
    target: str
    notice: Callable[[str], None] = lambda _: None

    @contextmanager
    def pending(self, request: Message) -> Generator[str, None, None]:
        """The id for a request whose own is empty; it counts as unanswered unless the block ends with an answer.

        A command that is the same as one that still runs gets an id of its own: it is another request.
        """
        descriptor, path = self._open(request)
        if descriptor is None:
            yield str(uuid.uuid4())
            return
        try:
            request_id = self._recall(descriptor, path) or _write(descriptor, str(uuid.uuid4()))
            try:
                yield request_id
            except ClientError as error:
                if not error.may_have_happened:
                    path.unlink(missing_ok=True)
                raise
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def _open(self, request: Message) -> tuple[int | None, Path]:
        """The locked file of the request; None when there cannot be one, or another process is about the same request."""
        kind = "submit" if request.DESCRIPTOR.name == "SubmitRunRequest" else "steer"
        content = request.DESCRIPTOR.full_name.encode() + request.SerializeToString(deterministic=True)
        scope = hashlib.sha256(f"{self.target} {kind}".encode()).hexdigest()[:12]
        path = self.folder / f"{kind}-{scope}-{hashlib.sha256(content).hexdigest()[:32]}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if kind == "steer":  # whatever else was asked before, this comes after it
                for older in self.folder.glob(f"steer-{scope}-*"):
                    if older != path:
                        older.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None, path
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None, path
        return descriptor, path

    def _recall(self, descriptor: int, path: Path) -> str:
        """The id of an unanswered request of old, if it is not too old."""
        known = os.pread(descriptor, 100, 0).decode("ascii", "replace").strip()
        age = time.time() - os.fstat(descriptor).st_mtime
        if not known or age > (KEPT if path.name.startswith("submit") else KEPT_STEERING):
            return ""
        self.notice(f"this repeats request {known}, which was not answered: what it asked for is done once")
        return known


def _write(descriptor: int, request_id: str) -> str:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, request_id.encode(), 0)
    os.fsync(descriptor)
    return request_id
