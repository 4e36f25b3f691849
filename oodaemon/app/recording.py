"""The commands `oodaemon record` and `oodaemon recordings import`."""

import json
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trio

from oodaemon.app.parts import recordings_folder
from oodaemon.app.recordings import in_trio, open_browser
from oodaemon.app.settings import Settings
from oodaemon.bridge.loop import call
from oodaemon.browser import proposals, recordings
from oodaemon.browser.driver import Chromium
from oodaemon.browser.recorder import Recorder, Recording, write_whole
from oodaemon.browser.recordings import FLOW, SEGMENTS, SELECTORS
from oodaemon.browser.session import Site
from oodaemon.browser.tab import StoredSession, open_tab
from oodaemon.errors import ConfigurationError
from oodaemon.failures.site import BrowserLost

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """Where the flow is written, and the segment it begins with."""

    out: Path
    segment: str


def record(settings: Settings, options: RecordOptions, say: Say) -> None:
    """Open a window and write down what a person does there, until it is closed or a signal comes. Raises ConfigurationError."""
    known = recordings.load(recordings_folder(settings))
    if options.segment not in SEGMENTS:
        raise ConfigurationError([f"--segment: {options.segment!r} is none of {', '.join(SEGMENTS)}"])
    in_trio(partial(_record, settings, known, options, say))


async def _record(settings: Settings, known: recordings.Recordings, options: RecordOptions, say: Say) -> None:
    flow = Recording(options.out, known.viewport, options.segment, (settings.email, settings.password.get_secret_value()))
    site = Site(settings.base_url, known)
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        try:
            async with (
                open_browser(settings) as chromium,
                open_tab(chromium, site, StoredSession()) as tab,
                trio.open_nursery() as nursery,
            ):
                await call(Recorder(tab.page, flow, trio.current_time).watch, site.url("/login"))
                keys = ", ".join(f"Alt+{number} {name}" for number, name in enumerate(SEGMENTS, start=1))
                say(f"recording to {options.out}; close the window or press Ctrl-C to end it. Segments: {keys}")
                nursery.start_soon(_until_closed, chromium, tab.page.is_closed, nursery.cancel_scope)
                await anext(signals)
                nursery.cancel_scope.cancel()
        except* BrowserLost:
            pass  # the window was closed together with its browser
    flow.save()
    say(f"{options.out}: {len(flow.steps)} steps")


async def _until_closed(chromium: Chromium, is_closed: Callable[[], bool], scope: trio.CancelScope) -> None:
    while chromium.browser.is_connected() and not is_closed():  # noqa: ASYNC110 - the event comes on the other loop
        await trio.sleep(0.2)
    scope.cancel()


def propose(settings: Settings, export: Path, *, write: bool, say: Say) -> bool:
    """Print what an exported flow changes; with `write`, change the recordings. True when there is something to change.

    Raises ConfigurationError for an export that cannot be read, and for recordings that would not load; nothing is changed then.
    """
    folder = recordings_folder(settings)
    recordings.load(folder)
    flow, named = (json.loads((folder / name).read_text("utf-8")) for name in (FLOW, SELECTORS))
    proposal = proposals.propose(flow, named, proposals.read_export(export))
    for line in proposal.lines():
        say(line)
    if not proposal.changes:
        say("the export changes nothing")
        return False
    drafts = {FLOW: _text(proposal.flow), SELECTORS: _changed_text(folder / SELECTORS, proposal)}
    with tempfile.TemporaryDirectory() as draft:
        for name, content in drafts.items():
            (Path(draft) / name).write_text(content, "utf-8")
        recordings.load(Path(draft))
    if write:
        for name, content in drafts.items():
            if (folder / name).read_text("utf-8") != content:
                shutil.copy2(folder / name, folder / f"{name}.bak")
                write_whole(folder / name, content)
        say(f"{folder} was changed; what was there before is in *.bak")
    else:
        say("nothing was written; --write does")
    return True


def _text(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _changed_text(file: Path, proposal: proposals.Proposal) -> str:
    """The named locators, untouched to the letter when nothing in them changes."""
    before = file.read_text("utf-8")
    return before if json.loads(before) == proposal.named else _text(proposal.named)
