"""`oodaemon doctor`: everything a daemon needs, looked at without one. Nothing is changed, and no password is tried out."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import trio

from oodaemon.app.checks import Answer, Machine, Verdict, failed, ok
from oodaemon.app.recordings import in_trio, open_browser
from oodaemon.app.settings import Settings
from oodaemon.bridge.loop import open_loop
from oodaemon.clock import SECONDS
from oodaemon.errors import OODaemonError, Unavailable
from oodaemon.rpc.loopback import check_health

UP_WITHIN, START_WITHIN = 3 * SECONDS, 60 * SECONDS


@dataclass(frozen=True, slots=True)
class Line:
    """One check and its answer."""

    name: str
    answer: Answer

    def as_record(self) -> dict[str, str]:
        """As JSON."""
        return {"check": self.name, **{key: str(value) for key, value in asdict(self.answer).items()}}


def examine(settings: Settings) -> Iterator[Line]:
    """Every check, as it is done."""
    machine = Machine(settings, is_up=in_trio(lambda: _is_up(settings)))
    for name, question in machine.questions():
        yield Line(name, _asked(question))
        if name == "python":
            yield Line("chromium", _asked(lambda: in_trio(lambda: _chromium(settings))))


def is_sound(lines: list[Line]) -> bool:
    """True when nothing failed; warnings are allowed."""
    return all(line.answer.verdict is not Verdict.FAILED for line in lines)


def as_text(line: Line) -> Iterator[str]:
    """A check as people read it: a line, and beneath it what to do."""
    yield f"{line.answer.verdict:<9} {line.name:<12} {line.answer.found}"
    if line.answer.advice:
        yield f"{'':<23}{line.answer.advice}"


def as_json(lines: list[Line]) -> str:
    """All checks as one document."""
    return json.dumps({"checks": [line.as_record() for line in lines], "ok": is_sound(lines)}, indent=2, ensure_ascii=False)


def _asked(question: Callable[[], Answer]) -> Answer:
    """A check that itself comes to nothing has failed, and the others go on."""
    try:
        return question()
    except OODaemonError as error:
        first, _, rest = str(error).partition("\n")
        return failed(first, rest or "mend what it names")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the machine
        return failed(f"{type(error).__name__}: {error}", "this should not happen; please report it")


async def _is_up(settings: Settings) -> bool:
    assert settings.address.path is not None, "listen names a socket"
    if not settings.address.path.is_socket():
        return False
    try:
        async with open_loop(lambda _: None):
            await check_health(settings.address, patience=UP_WITHIN)
    except Unavailable:
        return False
    return True


async def _chromium(settings: Settings) -> Answer:
    began = time.monotonic()
    with trio.move_on_after(START_WITHIN):
        async with open_browser(settings) as chromium:
            version = chromium.browser.version
            return ok(f"Chromium {version} starts in {time.monotonic() - began:.1f} s")
    return failed(
        f"Chromium did not start within {START_WITHIN:g} s", "try again on a machine that is less busy, or name another one"
    )
