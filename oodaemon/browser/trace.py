"""Playwright's own recording of an attempt: never of a sign-in, stopped before anything else is asked, scrubbed before it is kept.

While it records, the driver writes what it sees to the private temporary folder of the daemon's browsers; that folder goes with the
daemon. What is kept is a rewritten copy: no cookies, no secret headers, no values of secret fields, no pictures.
"""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import BrowserContext

from oodaemon.clock import SECONDS
from oodaemon.failures.redaction import Redaction

LIMIT = 16 * 1024 * 1024
"""Bytes of a recording that is kept; also of any text inside it."""
SCRUBBING = 2 * SECONDS
"""What the scrubbing may take: nothing can interrupt it, and somebody may wait for us to stop."""
_RECORDS = (".trace", ".network", ".stacks")


class TooLarge(Exception):
    """The recording has more than may be kept, or more than can be scrubbed in time; says which."""


class Tracing:
    """The recording of one context. In doubt about whether it still records, it is never started again."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.is_recording = self.is_doubtful = False

    async def start(self) -> None:
        """Begin to record (asyncio-flavoured)."""
        if self.is_recording or self.is_doubtful:
            return
        self.is_recording = self.is_doubtful = True
        # Without pictures: nobody can paint over a password in them.
        await self._context.tracing.start(screenshots=False, snapshots=True, sources=False)
        self.is_doubtful = False

    async def stop(self) -> bytes:
        """End the recording and return it as it is, secrets and all (asyncio-flavoured). Raises TooLarge."""
        self.is_doubtful = True
        with TemporaryDirectory(prefix="trace-") as folder:
            file = Path(folder) / "trace.zip"
            await self._context.tracing.stop(path=file)
            self.is_recording = self.is_doubtful = False
            if file.stat().st_size > LIMIT:
                raise TooLarge(f"the recording has more than {LIMIT // 2**20} MiB")
            return file.read_bytes()

    async def discard(self) -> None:
        """End the recording and forget it (asyncio-flavoured)."""
        if self.is_recording:
            self.is_doubtful = True
            await self._context.tracing.stop()
            self.is_recording = self.is_doubtful = False


def scrub(recording: bytes, redaction: Redaction, *, seconds: float = SCRUBBING) -> bytes:
    """A recording without secrets: records are rewritten line by line, texts redacted, everything else left out.

    Raises TooLarge when that takes longer than `seconds`, and ValueError for bytes that are no recording.
    """
    clean, clock = io.BytesIO(), _Clock(seconds)
    try:
        with zipfile.ZipFile(io.BytesIO(recording)) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in sorted(source.infolist(), key=lambda each: not each.filename.endswith(_RECORDS)):
                if entry.file_size > LIMIT:
                    raise TooLarge(f"{entry.filename} in it has more than {LIMIT // 2**20} MiB")
                content = _scrubbed(entry.filename, source.read(entry), redaction, clock)
                if content is not None:
                    target.writestr(redaction.text(entry.filename), content)
    except zipfile.BadZipFile as error:
        raise ValueError("the recording is no zip archive") from error
    return clean.getvalue()


class _Clock:
    """Says when the time is over."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._end = seconds, time.perf_counter() + seconds

    def check(self) -> None:
        """Raise TooLarge once it is."""
        if time.perf_counter() > self._end:
            raise TooLarge(f"scrubbing the recording takes longer than {self._seconds:g} s")


def _scrubbed(name: str, content: bytes, redaction: Redaction, clock: _Clock) -> str | None:
    """The entry without secrets; None for one that cannot be read as text. A line that is no record is left out."""
    clock.check()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if name.endswith(_RECORDS):
        return "".join(_rewritten(text, redaction, clock))
    with suppress(ValueError, RecursionError):
        return json.dumps(redaction.value(json.loads(text)), ensure_ascii=False)
    return redaction.page(text)


def _rewritten(text: str, redaction: Redaction, clock: _Clock) -> Iterator[str]:
    for line in text.split("\n"):
        clock.check()
        with suppress(ValueError, RecursionError):  # a line that is no record cannot be told to be clean
            yield json.dumps(redaction.value(json.loads(line)), ensure_ascii=False) + "\n"
