"""What can be told of a page on which an attempt failed: taken under deadlines of our own, redacted before it leaves this module.

Nothing here raises: what could not be had is said in its place. What was had before a deadline or a cancellation is there.
"""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import trio
from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request, Response

from oodaemon.bridge.loop import call
from oodaemon.browser import inpage
from oodaemon.browser.blocking import NOTHING, Blocked
from oodaemon.browser.listening import listen
from oodaemon.browser.trace import Tracing
from oodaemon.clock import SECONDS
from oodaemon.failures.redaction import NOTHING_SECRET, Redaction
from oodaemon.model.evidence import CONSOLE, DOM, NETWORK, SCREENSHOT, TRACE

T = TypeVar("T")

PULSE, PIECE, TRACE_STOP = 1 * SECONDS, 2 * SECONDS, 3 * SECONDS
DEADLINE = 5 * SECONDS
"""For everything together, without a recording; a page that does not even say its title costs PULSE."""

LINES, LINE, TEXT = 200, 2000, 1000
DOM_LIMIT, PICTURE_LIMIT = 2 * 1024 * 1024, 4 * 1024 * 1024
FRAMES = 10
FAILED = 400
MARK = "data-oo-mask"
COVERED = (
    f"[{MARK}], input[type=password], input[type=email], [autocomplete*=password], [autocomplete=username], [autocomplete=email]"
)


@dataclass
class Gathered:
    """What was had so far. `recording` is raw: it must be scrubbed (`trace.scrub`) before anything else is done with it."""

    step: str = ""
    url: str = ""
    title: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    recording: bytes | None = None


class Witness:
    """Hears what a page says beside what it shows, and remembers the last of it: bounded, and redacted as it is heard.

    Of what the browser does not ask (`blocked`) nothing is remembered: that it failed is our own doing.
    """

    def __init__(self, tracing: Tracing, redaction: Redaction = NOTHING_SECRET, blocked: Blocked = NOTHING) -> None:
        self.tracing, self.redaction, self.step, self._blocked = tracing, redaction, "", blocked
        self._console: deque[dict[str, Any]] = deque(maxlen=LINES)
        self._network: deque[dict[str, Any]] = deque(maxlen=LINES)

    def watch(self, page: Page) -> None:
        """Listen to a page from now on (on the loop of Playwright)."""
        listen(page, "console", self._on_console)
        listen(page, "pageerror", self._on_error)
        listen(page, "crash", self._on_crash)
        listen(page, "requestfailed", self._on_failed)
        listen(page, "response", self._on_response)

    def forget(self) -> None:
        """What was heard so far belongs to something else."""
        self._console.clear()
        self._network.clear()
        self.step = ""

    def heard(self) -> dict[str, bytes]:
        """Console and network errors as JSON lines, oldest first; the last 200 of each."""
        return {CONSOLE: _lines(self._console), NETWORK: _lines(self._network)}

    def _on_console(self, message: ConsoleMessage) -> None:
        with suppress(Error):
            if self._blocked.covers(str(message.location.get("url", ""))):
                return
            self._console.append({"type": message.type, "text": self._short(message.text, LINE)})

    def _on_error(self, error: Error) -> None:
        self._console.append({"type": "exception", "text": self._short(str(error.message or error), LINE)})

    def _on_crash(self, _: Page) -> None:
        self._console.append({"type": "crash", "text": "the page crashed"})

    def _on_failed(self, request: Request) -> None:
        with suppress(Error):
            if self._blocked.covers(request.url):
                return
            self._network.append({**self._asked(request), "failure": self._short(request.failure or "", TEXT)})

    def _on_response(self, response: Response) -> None:
        with suppress(Error):
            if response.status >= FAILED:
                self._network.append(
                    {**self._asked(response.request), "status": response.status, "reason": self._short(response.status_text, TEXT)}
                )

    def _asked(self, request: Request) -> dict[str, Any]:
        timing = request.timing
        seconds = round(timing["responseStart"] / 1000, 3) if timing["responseStart"] >= 0 else None
        return {
            "method": request.method,
            "url": self._short(request.url, LINE),
            "kind": request.resource_type,
            "began": round(timing["startTime"] / 1000, 3),
            "seconds": seconds,
        }

    def _short(self, text: str, limit: int) -> str:
        return self.redaction.clipped(text, limit)


async def gather(page: Page, witness: Witness, into: Gathered, *, is_lost: bool) -> None:
    """Put into `into` whatever can be had of the page; returns within DEADLINE, and TRACE_STOP more while a recording runs.

    `is_lost` says that the browser is gone: then only what was heard of it is told. Cancellation leaves what was had so far.
    """
    redaction = witness.redaction
    into.step, into.url = witness.step, redaction.clipped(page.url, LINE)
    into.files |= {name: content for name, content in witness.heard().items() if content}
    if is_lost:
        into.missing |= dict.fromkeys([DOM, SCREENSHOT, *([TRACE] if witness.tracing.is_recording else [])], "the browser is gone")
        return
    with trio.move_on_after(TRACE_STOP) as stopping:
        await _stop(witness.tracing, into)
    if stopping.cancelled_caught:
        into.missing[TRACE] = f"the recording did not end within {TRACE_STOP:g} s"
    with trio.move_on_after(DEADLINE):
        title = await _had(into, "title", PULSE, page.title)
        if title is None:
            into.missing |= dict.fromkeys((DOM, SCREENSHOT), into.missing.pop("title"))
            return
        into.title = redaction.clipped(title, TEXT)
        await _dom(page, redaction, into)
        await _screenshot(page, into)


async def _stop(tracing: Tracing, into: Gathered) -> None:
    if not tracing.is_recording:
        return
    if tracing.is_doubtful:
        into.missing[TRACE] = "the recording did not start"
        return
    into.recording = await _had(into, TRACE, TRACE_STOP, tracing.stop)


async def _dom(page: Page, redaction: Redaction, into: Gathered) -> None:
    """Twice what is kept is read, so that redaction, which mostly makes it shorter, is what decides about its end."""
    source: str | None = await _had(into, DOM, PIECE, partial(page.evaluate, inpage.script("evidence_dom"), 2 * DOM_LIMIT))
    if source is None:
        return
    is_whole = len(source) < 2 * DOM_LIMIT
    whole = source if is_whole else source[: source.rfind(">") + 1]
    content = (await trio.to_thread.run_sync(redaction.page, whole)).encode("utf-8", "replace")
    if len(content) > DOM_LIMIT or not is_whole:
        content = content[:DOM_LIMIT].decode("utf-8", "ignore").encode() + b"\n<!-- cut off here -->\n"
    into.files[DOM] = content


async def _screenshot(page: Page, into: Gathered) -> None:
    """No picture without its masks: what cannot be looked through for secrets is not taken."""
    picture = await _had(into, SCREENSHOT, PIECE, partial(_picture, page))
    if picture is not None and len(picture) > PICTURE_LIMIT:
        into.missing[SCREENSHOT] = f"the picture has {len(picture):,} bytes"
    elif picture is not None:
        into.files[SCREENSHOT] = picture


async def _picture(page: Page) -> bytes:
    masks: list[Locator] = []
    for frame in page.frames[:FRAMES]:
        await frame.evaluate(inpage.script("evidence_mask"), MARK)
        masks.append(frame.locator(COVERED))
    return await page.screenshot(mask=masks, mask_color="#000000", animations="disabled", caret="hide", timeout=PIECE * 1000)


async def _had(into: Gathered, name: str, seconds: float, ask: Callable[[], Awaitable[T]]) -> T | None:
    """The answer, or None and the reason in its place. Nothing but cancellation of the caller comes through."""
    try:
        with trio.fail_after(seconds):
            return await call(ask)
    except trio.TooSlowError:
        into.missing[name] = f"the page did not answer within {seconds:g} s"
    except Exception as error:  # noqa: BLE001 - evidence must never stand in the way of the failure it is about
        into.missing[name] = NOTHING_SECRET.clipped(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}", TEXT)
    return None


def _lines(records: deque[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8", "replace")
