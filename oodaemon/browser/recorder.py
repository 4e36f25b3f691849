"""Records what a person does in a window as a flow of Chrome's DevTools Recorder. Asyncio-flavoured."""

import json
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

from oodaemon.browser import inpage
from oodaemon.browser.listening import listen
from oodaemon.browser.recordings import SEGMENTS
from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError

TITLE = "OptionOmega: recorded by hand"
TIMEOUT_MS = 30_000
CAUSED = 3 * SECONDS
"""A page that loads so soon after a step was caused by it, and is no step of its own."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


class Recording:
    """A flow that grows. It is on disk after every step, so that whatever ends the recording loses nothing."""

    def __init__(self, file: Path, viewport: tuple[int, int], segment: str, secrets: Collection[str] = ()) -> None:
        self._file, self._secrets = file, [secret for secret in secrets if secret]
        width, height = viewport
        view = {"type": "setViewport", "width": width, "height": height, "deviceScaleFactor": 1}
        self.steps: list[dict[str, Any]] = [{**view, "isMobile": False, "hasTouch": False, "isLandscape": False}]
        self.begin(segment)

    def begin(self, segment: str) -> None:
        """From here on the steps belong to a segment."""
        self.steps.append({"type": "customStep", "name": "segment", "parameters": {"name": segment}})
        self.save()

    def add(self, step: Mapping[str, Any]) -> None:
        """One more step, without what must not be written down; a change of the same field replaces the one before."""
        clean = self._clean(dict(step))
        last = self.steps[-1]
        if clean["type"] == last["type"] == "change" and clean["selectors"] == last["selectors"]:
            self.steps.pop()
        self.steps.append({**clean, "timeout": TIMEOUT_MS})
        self.save()

    def _clean(self, step: dict[str, Any]) -> dict[str, Any]:
        if "selectors" in step:
            safe = [chain for chain in step["selectors"] if not any(self._is_secret(part) for part in chain)]
            step["selectors"] = safe or [["body"]]
        if self._is_secret(str(step.get("value", ""))):
            step["value"] = "{email}" if _ADDRESS.search(str(step["value"])) else "{password}"
        return step

    def _is_secret(self, text: str) -> bool:
        return bool(_ADDRESS.search(text)) or any(secret in text for secret in self._secrets)

    def save(self) -> None:
        """Write the file in one go: a reader sees the old one or the new one. Raises ConfigurationError."""
        content = json.dumps({"title": TITLE, "timeout": TIMEOUT_MS, "steps": self.steps}, indent=2, ensure_ascii=False)
        write_whole(self._file, content + "\n")


def write_whole(file: Path, content: str) -> None:
    """Replace a file by its new content, or leave it as it was. Raises ConfigurationError when it cannot be written."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise ConfigurationError([f"cannot write {file}: {error.strerror}"]) from error


class Recorder:
    """Watches one page for as long as it is open."""

    def __init__(self, page: Page, recording: Recording, clock: Any) -> None:  # noqa: ANN401 - a function that returns seconds
        self._page, self._recording, self._clock = page, recording, clock
        self._last = -float("inf")

    async def watch(self, address: str) -> None:
        """Begin at an address. Steps are told until the page closes."""
        await self._page.expose_binding("__ooStep", lambda _, step: self._take(step))
        await self._page.expose_binding("__ooSegment", lambda _, number: self._mark(number))
        await self._page.add_init_script(f"({inpage.script('record')})()")
        listen(self._page, "domcontentloaded", self._loaded)
        with suppress(Error):
            await self._page.goto(address, wait_until="domcontentloaded")

    def _take(self, step: Mapping[str, Any]) -> None:
        self._last = self._clock()
        self._recording.add(step)

    def _mark(self, number: int) -> None:
        if 0 < number <= len(SEGMENTS):
            self._recording.begin(SEGMENTS[number - 1])

    def _loaded(self, page: Page) -> None:
        """A page was loaded: a step, unless the step before it was the reason."""
        if self._clock() - self._last > CAUSED:
            event = {"type": "navigation", "url": page.url, "title": ""}
            self._recording.add({"type": "navigate", "url": page.url, "assertedEvents": [event]})
