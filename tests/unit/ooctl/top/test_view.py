"""The full-screen view on a played source: what it shows, what its keys do, at every size."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from ooctl.exits import ClientError, ExitStatus
from ooctl.records import run_record
from ooctl.top.app import Top
from ooctl.top.source import Best
from oodaemon.api.v1 import runs_pb2
from tests.support.played_source import PlayedSource
from tests.unit.ooctl.builders import RUN_ID, a_run, an_event, counts, phase_event, stamp

OTHER = "01JD0F6Q8ZT3V5K7M9N1P2R4S7"
Script = Callable[[Top, PlayedSource, Pilot], Awaitable[None]]
SIZES = [(60, 20), (80, 24), (140, 40), (30, 8), (250, 90)]


def play(script: Script, source: PlayedSource | None = None, *, size: tuple[int, int] = (80, 24), **options) -> Top:
    """Run a script on a view; the view as it was at its end."""
    played = source or PlayedSource()
    view = Top(played, **options)

    async def run() -> None:
        async with view.run_test(size=size) as pilot:
            await pilot.pause()
            await script(view, played, pilot)

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # whatever other tests made of asyncio.run
        runner.run(run())
    return view


def shown(view: Top) -> str:
    """The screen as text."""
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in view.screen._compositor.render_strips())


async def until(view: Top, pilot: Pilot, text: str) -> str:
    """The screen once a text is on it; work in threads takes as long as it takes."""
    for _ in range(500):
        await view.workers.wait_for_complete()
        await pilot.pause()
        if text in (found := shown(view)):
            return found
    raise AssertionError(f"{text!r} does not come\n{shown(view)}")


def two_runs() -> PlayedSource:
    first, second = a_run(tasks=counts(46, completed=12, failed=3)), a_run(runs_pb2.RUN_PHASE_PAUSED, run_id=OTHER)
    first.eta.FromSeconds(700)
    first.conditions.add(kind="SiteSlow", message="the site had trouble again and again")
    second.name = "calendar"
    source = PlayedSource(first, second)
    result = run_record(first) | {
        "index": 17,
        "parameters": {"delta": 20, "delta.unit": "percent"},
        "metrics": {"mar": 2.41, "pl": 12345.0, "cagr": 23.3, "max_drawdown": -8.1},
        "derived": {},
    }
    source.results = {RUN_ID: Best(RUN_ID, "mar", result, 34)}
    return source


def a_failed(seq: int, task: int, attempt: int, message: str) -> runs_pb2.Event:
    event = an_event(seq, runs_pb2.EVENT_TYPE_TASK_RETRY_SCHEDULED, task=task, done=12, total=46)
    event.attempt_id, event.message, event.failure_class = attempt, message, runs_pb2.FAILURE_CLASS_TIMING
    return event


def test_everything_is_there() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.append(a_failed(1, 3, 5, "the spinner stayed"), a_failed(2, 4, 6, "no answer"))
        await pilot.pause()
        text = shown(view)
        for part in (
            *("2 in flight", "site.example", "connected", "runs · 2 active"),
            *("iron fly delta", "running", "12/46", "ETA 11m 40s", "SiteSlow: the site had trouble", "calendar", "paused"),
            *("browsers · 1 of 2 up", "task 7 of iron fly delta", "412 MiB", "backoff", "2 restarts"),
            *(
                "best so far · iron fly delta",
                "mar 2.41",
                "task 17",
                "delta=20",
                "$12,345",
                "of 34 results",
                "values delta=5..15/5",
            ),
            *("failed attempts · 2", "08:00:02", "task 4", "timing", "no answer", "q quit"),
        ):
            assert part in text, f"{part!r} is missing\n{text}"
        assert text.index("no answer") < text.index("the spinner stayed")

    play(script, two_runs())


@pytest.mark.parametrize("size", SIZES)
def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.append(*(a_failed(n, n, n, "x" * 300) for n in range(1, 60)))
        await pilot.pause()
        lines = shown(view).splitlines()
        assert len(lines) == size[1]
        assert all(len(line) <= size[0] for line in lines)
        if size[0] >= 60:
            assert "iron fly delta" in shown(view) or "iron fly" in shown(view)
            assert lines[-1].rstrip().endswith("q quit")

    play(script, two_runs(), size=size)


def test_it_follows_the_window() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        for width, height in (*SIZES, (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert len(shown(view).splitlines()) == height
        assert "iron fly delta" in shown(view)

    play(script, two_runs())


def test_arrows_select_a_run_and_its_keys_are_about_that_one() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        assert source.selected == RUN_ID
        await pilot.press("down", "down", "down")
        assert source.selected == OTHER
        await pilot.press("r")
        await until(view, pilot, "resume: run")
        await pilot.press("up", "p")
        text = await until(view, pilot, "pause: run")
        assert source.asked == [("resume", OTHER), ("pause", RUN_ID)]
        assert "pausing" in text

    play(script, two_runs())


def test_cancel_asks_first() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        await pilot.press("c")
        assert "Cancel iron fly delta for good?" in shown(view)
        await pilot.press("n")
        await until(view, pilot, "nothing was cancelled")
        assert source.asked == []
        await pilot.press("c", "y")
        await until(view, pilot, "cancel: run")
        assert source.asked == [("cancel", RUN_ID)]

    play(script)


def test_what_the_daemon_refuses_is_told() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.refusal = ClientError("run 01J is completed and cannot be paused", ExitStatus.CONFLICT, details=["why not"])
        await pilot.press("p")
        await until(view, pilot, "run 01J is completed and cannot be paused; why not")

    play(script)


def test_the_evidence_of_the_selected_failure_is_opened(tmp_path: Path) -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        await pilot.press("e")
        assert "there is no failure to look at" in shown(view)
        source.files[5] = tmp_path / "screenshot.png"
        source.append(a_failed(1, 3, 5, "first"), a_failed(2, 4, 6, "second"))
        await pilot.pause()
        await pilot.press("tab", "down", "e")
        await until(view, pilot, "evidence is in")
        source.append(a_failed(3, 9, 7, "third"))  # whoever looks at an older one goes on looking at it
        await pilot.pause()
        await pilot.press("e")
        await view.workers.wait_for_complete()
        await pilot.press("up", "e")
        await until(view, pilot, "nothing is kept of attempt 6")
        assert [what for _, what in source.asked] == [f"{RUN_ID}/3/5", f"{RUN_ID}/3/5", f"{RUN_ID}/4/6"]

    play(script)


def test_details_and_help_lie_over_it_and_go_away() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        await pilot.press("enter")
        await until(view, pilot, "everything is fine")
        await pilot.press("escape")
        await until(view, pilot, "q quit")
        await pilot.press("question_mark")
        await until(view, pilot, "pause it, once what runs is done")
        await pilot.press("q")
        await pilot.pause()
        assert len(view.screen_stack) == 1

    assert play(script).return_value is None


@pytest.mark.parametrize(("key", "status"), [("q", ExitStatus.OK), ("ctrl+c", ExitStatus.INTERRUPTED)])
def test_leaving_ends_the_view_and_nothing_else(key: str, status: ExitStatus) -> None:
    source = PlayedSource()

    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        await pilot.press(key)

    assert play(script, source).return_value is status
    assert (source.is_stopped, source.asked) == (True, [])


@pytest.mark.parametrize(
    ("phase", "skipped", "status"),
    [
        (runs_pb2.RUN_PHASE_COMPLETED, 0, ExitStatus.OK),
        (runs_pb2.RUN_PHASE_COMPLETED, 1, ExitStatus.RUN_FAILED),
        (runs_pb2.RUN_PHASE_NEEDS_REVIEW, 0, ExitStatus.RUN_FAILED),
        (runs_pb2.RUN_PHASE_CANCELLED, 0, ExitStatus.RUN_CANCELLED),
    ],
)
def test_a_view_of_one_run_ends_with_it(phase: runs_pb2.RunPhase, skipped: int, status: ExitStatus) -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        assert "calendar" not in shown(view)
        end = phase_event(9, phase, done=3)
        end.tasks.skipped = skipped
        source.append(end)
        await pilot.pause()

    view = play(script, two_runs(), watched=RUN_ID)
    assert view.return_value is status
    assert view.farewell is not None


def test_the_end_of_one_of_many_runs_is_told() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.append(phase_event(9, runs_pb2.RUN_PHASE_COMPLETED, done=3))
        await until(view, pilot, f"ended: run {RUN_ID} COMPLETED 3/3")

    assert play(script).return_value is None


def test_a_daemon_that_goes_away_is_told_and_what_was_seen_stays() -> None:
    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.lose()
        text = await until(view, pilot, "no daemon")
        assert "trying again: no daemon answers" in text
        assert "iron fly delta" in text
        assert "as last seen" in text
        source.come_back()
        text = await until(view, pilot, "the daemon is back")
        assert "connected" in text
        assert "trying again" not in text

    play(script)


def test_text_of_others_steers_no_terminal() -> None:
    evil = a_run()
    evil.name = "\x1b[2J[red]evil[/red]\n\ttwo"
    evil.conditions.add(kind="SiteBlocked", message="\x1b]0;owned\x07[bold]no", since=stamp())

    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        source.append(a_failed(1, 3, 5, "[blink]\x1b[31mred\r\n"))
        text = await until(view, pilot, "[blink] [31mred")
        assert "\x1b" not in text
        assert "[2J[red]evil[/red] two" in text

    play(script, PlayedSource(evil), size=(140, 40))


def test_without_colours_nothing_but_bold_and_dim_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def script(view: Top, source: PlayedSource, pilot: Pilot) -> None:
        styles = {segment.style for strip in view.screen._compositor.render_strips() for segment in strip if segment.style}
        colours = {str(colour.name) for style in styles for colour in (style.color, style.bgcolor) if colour is not None}
        assert colours <= {"default"}

    play(script, two_runs(), has_colour=False)
