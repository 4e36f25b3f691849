"""A program of the user that is run for each notice: no shell, the notice as JSON on its standard input, a time limit."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog
import trio

from oodaemon.clock import SECONDS
from oodaemon.model.notices import Notice
from oodaemon.notices.channel import Delivery

log = structlog.get_logger()

LIMIT = 30 * SECONDS
PATIENCE = 2 * SECONDS
"""Between asking the program and everything it started to end, and ending it."""
LOOK = 0.05 * SECONDS
OUTPUT = 2000
"""Bytes of what it says that are logged."""
KEPT_FROM_IT = ("OODAEMON_NOTIFY_SECRET", "OO_EMAIL", "OO_PASSWORD", "OOCTL_TOKEN", "CREDENTIALS_DIRECTORY")
"""Variables it does not inherit: it is no business of a script that tells people something."""


class Command:
    """Runs a program. It was told once it has run, whatever it says: running it again would tell some people twice."""

    name = "command"

    def __init__(self, words: Sequence[str], *, limit: float = LIMIT, environ: Mapping[str, str] = os.environ) -> None:
        self._words, self._limit, self._environ = tuple(words), limit, environ

    async def deliver(self, notice: Notice) -> Delivery:
        """See Channel."""
        try:
            process = await trio.lowlevel.open_process(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._surroundings(notice),
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Delivery(is_done=False, reason=f"{self._words[0]} cannot be started: {reason}", is_final=True)
        said = bytearray()
        try:
            with trio.move_on_after(self._limit):
                await _converse(process, json.dumps(notice.as_record()).encode(), said)
                await process.wait()
        finally:
            is_late = process.returncode is None
            with trio.CancelScope(shield=True), trio.move_on_after(4 * PATIENCE):
                await _end(process)
        return self._verdict(process.returncode, is_late=is_late, said=said.decode("utf-8", "replace").strip())

    def _verdict(self, code: int | None, *, is_late: bool, said: str) -> Delivery:
        told = f"; it said: {said}" if said else ""
        if is_late:
            return Delivery(is_done=True, reason=f"it was ended after {self._limit:g} s{told}")
        if code:
            return Delivery(is_done=True, reason=f"it ended with {code}{told}")
        if said:
            log.info("notify_command", said=said)
        return Delivery(is_done=True)

    def _surroundings(self, notice: Notice) -> dict[str, str]:
        inherited = {name: value for name, value in self._environ.items() if name not in KEPT_FROM_IT}
        ours = {f"OO_{name.upper()}": value.replace("\0", "") for name, value in notice.as_record().items()}
        return {**inherited, **ours}


async def _converse(process: trio.Process, message: bytes, said: bytearray) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    async def tell() -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            async with stdin:
                await stdin.send_all(message)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(tell)
        nursery.start_soon(_read, stdout, said)
        # A child it leaves in the background keeps its output open; only the program itself is waited for.
        await process.wait()
        nursery.cancel_scope.deadline = trio.current_time() + 0.5 * SECONDS


async def _read(stdout: trio.abc.ReceiveStream, said: bytearray) -> None:
    while data := await stdout.receive_some(4096):
        said += data[: max(0, OUTPUT - len(said))]


async def _end(process: trio.Process) -> None:
    """End it and everything of its process group, whatever it thinks of that."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with trio.move_on_after(PATIENCE):
            await process.wait()
    _signal(process.pid, signal.SIGKILL)
    await process.wait()
    await _bury(process.pid)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            await stream.aclose()


async def _bury(group: int) -> None:
    """Collect what it left behind: the daemon inherits orphans, and nobody else waits for those of this group."""
    with trio.move_on_after(PATIENCE):
        while True:
            try:
                found, _ = os.waitpid(-group, os.WNOHANG)  # noqa: ASYNC222 - it does not wait
            except ChildProcessError:
                return
            await trio.sleep(0 if found else LOOK)


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
