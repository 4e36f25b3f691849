"""Evidence of failed attempts: gathered from the tab before it is thrown away, scrubbed, and kept with the failure."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
import trio

from oodaemon.browser.evidence import Gathered
from oodaemon.browser.tab import Tab
from oodaemon.browser.trace import TooLarge, scrub
from oodaemon.clock import SECONDS
from oodaemon.failures.redaction import Redaction
from oodaemon.failures.site import BrowserLost, Mismatched
from oodaemon.model.evidence import TRACE, Item, KeptItem, Limits, Scene
from oodaemon.model.tasks import Figures
from oodaemon.store import evidence, failures
from oodaemon.store.lanes import Lane
from oodaemon.store.shelf import Place, Shelf
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

MEBIBYTE = 1024 * 1024
CAUSES, CAUSE = 10, 2000
WRITING = 2 * SECONDS
"""What waiting for the turn of the files may take; the record of the failure itself takes as long as that of a success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where evidence goes and how much of it. `is_recorded`: Playwright records every attempt, which slows it down."""

    store: Store
    shelf: Shelf
    lane: Lane
    redaction: Redaction
    limits: Limits
    is_recorded: bool = False

    async def begin(self, tab: Tab) -> None:
        """An attempt begins in this tab. Never raises."""
        await tab.begin_attempt(is_recorded=self.is_recorded)

    async def gather(self, tab: Tab, error: BaseException | None, into: Gathered) -> None:
        """Put into `into` what the tab can tell of a failure, within seconds. Cancellation leaves what was had so far.

        Without an error the browser itself was taken away: then only what was heard of it is told, at once.
        """
        try:
            await tab.gather(into, is_lost=error is None or isinstance(error, BrowserLost))
        except trio.Cancelled:
            into.recording = None  # scrubbing takes its time, and somebody wants us gone
            raise
        except Exception as trouble:  # noqa: BLE001 - a failure must not be lost over its evidence
            log.warning("evidence could not be gathered", reason=f"{type(trouble).__name__}: {trouble}")

    async def keep(
        self, attempt_id: int, settle: Callable[[Transaction], object], gathered: Gathered, error: BaseException | None
    ) -> None:
        """Let `settle` close the attempt, and keep the evidence in the same transaction, even when cancelled.

        A disk that is full or too slow costs the evidence only.
        """
        missing = dict(gathered.missing)
        items: tuple[KeptItem, ...] = ()
        with trio.move_on_after(WRITING, shield=True):
            try:
                items = await self.lane.run(partial(self._put, attempt_id, gathered, missing))
            except OSError as trouble:
                missing |= dict.fromkeys(gathered.files, f"it could not be written: {trouble.strerror}")
        record = failures.Record(self._scene(gathered, missing, error), items, _figures(error))
        gone: Sequence[Place] = ()
        with trio.CancelScope(shield=True):
            try:
                gone = await self.store.write(failures.close, settle, attempt_id, record, self.limits)
            except BaseException:
                self.shelf.discard(attempt_id)
                raise
        if gone:
            with trio.move_on_after(WRITING, shield=True):
                await self.lane.run(partial(self.shelf.remove, gone))

    async def sweep(self) -> None:
        """Make index and files agree after a crash. Only before the first attempt."""
        lost = await self.lane.run(partial(self.shelf.sweep, await self.store.read(evidence.on_disk)))
        if lost:
            log.warning("evidence was removed from outside", files=len(lost))
            await self.store.write(evidence.mark_dropped, lost)

    def _put(self, attempt_id: int, gathered: Gathered, missing: dict[str, str]) -> tuple[KeptItem, ...]:
        """Blocking: scrub the recording, if there is one, and write the files."""
        files = dict(gathered.files)
        if gathered.recording is not None:
            try:
                files[TRACE] = scrub(gathered.recording, self.redaction)
            except TooLarge as trouble:
                missing[TRACE] = str(trouble)
            except Exception as trouble:  # noqa: BLE001 - what cannot be scrubbed is not kept, whatever the reason
                missing[TRACE] = f"it could not be scrubbed: {type(trouble).__name__}"
        return self.shelf.put(attempt_id, [Item(name, content) for name, content in sorted(files.items())]) if files else ()

    def _scene(self, gathered: Gathered, missing: dict[str, str], error: BaseException | None) -> Scene:
        return Scene(
            step=gathered.step,
            url=gathered.url,
            title=gathered.title,
            causes=chain(error, self.redaction),
            missing={name: self.redaction.text(reason) for name, reason in missing.items()},
        )


def limits(megabytes: int) -> Limits:
    """The limits that a setting in MiB makes."""
    return Limits(megabytes * MEBIBYTE)


def chain(error: BaseException | None, redaction: Redaction) -> tuple[str, ...]:
    """The error and what caused it, outermost first, bounded and without secrets; a defect's own place in the code goes first."""
    causes: list[str] = []
    while error is not None and len(causes) < CAUSES:
        place = traceback.extract_tb(error.__traceback__)[-1:]
        where = "".join(f" ({frame.name}, line {frame.lineno})" for frame in place)
        causes.append(redaction.clipped(f"{type(error).__name__}{where}: {error}", CAUSE))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return tuple(causes)


def _figures(error: BaseException | None) -> Figures | None:
    return error.figures if isinstance(error, Mismatched) else None
