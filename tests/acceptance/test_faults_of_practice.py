"""Every fault of the practice site strikes a sweep, and is gone again: no figure is wrong, no task is lost.

All sweeps share one daemon and one site, so that one waits for its retry while the next one is struck.
"""

import dataclasses
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.faults import FAULTS
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, DaemonProcess, PracticeProcess, daemon, practice_site, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDINGS = Path(__file__).parents[2] / "recordings"
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
QUICK = {
    "run_seconds": [0.2, 0.3],
    "hydration": 0,
    "popup_delay": 0.05,
    "late_seconds": 1.5,
    "blocked_seconds": 1.5,
    "retry_after": 2,
    "renamed": {"Stop Loss": "Stop"},
    "moved": {"Max Contracts Per Trade": "Misc."},
}
DEADLINES = {"open_panel": 5_000, "result": 25_000}
"""Milliseconds instead of those of the flow, which suit a real site."""

MILD = ("late_hydration", "late_popup", "announcement", "blocked_script", "count_up", "stale_page", "alert_icon")
"""Nothing an attempt would fail by; they strike all at once and all the time."""

SWEPT = {"renamed_label": "stop_loss", "moved_field": "max_contracts"}
"""Instead of `profit_target`: three tasks that miss one locator would block the site."""

HELD_UP: Mapping[str, tuple[str, str]] = {
    "http_429": ("RateLimited", "asked to slow down; it is asked again at"),
    "http_503": ("SiteBlocked", "cannot be reached: it answers 503"),
    "connection_reset": ("SiteBlocked", "cannot be reached: ERR_CONNECTION_RESET"),
    "maintenance_text": ("SiteBlocked", "is under maintenance: Due to system maintenance, tests cannot be completed at this time."),
    "sign_in_cut": ("SiteBlocked", "does not work: the site says 'Firebase: Error (auth/network-request-failed).'; the request"),
    "sign_in_503": ("SiteBlocked", "does not work: the site says 'Sign in failed, try again.'; the request was answered 503"),
    "sign_in_limited": ("SiteBlocked", "does not work: the site was asked to sign in too often: the site says 'Access to this"),
}
"""The condition that is told, for the faults that hold up the whole site."""

ORDER = ("slow_list", "panel_never_renders", "stuck_panel", "endless_popup", "error_toast", "signed_out_mid_run", "moved_field")
ORDER += ("late_redirect",)
ORDER += ("renamed_label", "failed_export", "redirect_to_list", "http_429", "http_503", "connection_reset", "maintenance_text")
WITHOUT_SESSION = ("cached_test", "sign_in_cut", "sign_in_503", "sign_in_unclear", "sign_in_limited")
ORDER += WITHOUT_SESSION


@dataclasses.dataclass
class Story:
    """What became of the sweep of one fault."""

    run: str
    parameter: str
    values: tuple[int, ...]
    told: tuple[str, str] = ("", "")
    tasks: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    results: list[dict[str, Any]] = dataclasses.field(default_factory=list)


def hurried(folder: Path) -> Path:
    """The recordings with deadlines that suit a site that takes a second."""
    shutil.copytree(RECORDINGS, folder)
    flow = json.loads((folder / "backtest_flow.json").read_text("utf-8"))
    segment = ""
    for step in flow["steps"]:
        segment = step.get("parameters", {}).get("name", segment)
        if "timeout" in step and segment in DEADLINES:
            step["timeout"] = DEADLINES[segment]
    (folder / "backtest_flow.json").write_text(json.dumps(flow), "utf-8")
    return folder


def strike(site: PracticeProcess, at: DaemonProcess, fault: str, values: tuple[int, ...]) -> Story:
    """Let a fault strike a sweep, and go away again."""
    site.behave(faults={fault: 1})
    if fault in WITHOUT_SESSION:
        site.expire_sessions()
    test = TEST.name if fault == "slow_list" else TEST.id
    flags = ["--trades"] if fault == "failed_export" else []
    parameter = SWEPT.get(fault, "profit_target")
    story = Story(at.submit(test, f"{parameter}={','.join(map(str, values))}", flags=flags), parameter, values)
    wait_until(lambda: site.struck(fault), f"the fault {fault}")
    if fault in HELD_UP:
        story.told = wait_until(lambda: told(at, HELD_UP[fault]), f"the condition of {fault}")
    if fault == "failed_export":
        wait_until(lambda: failure(at, story), "the failure of the export", patience=300)
    site.behave(faults={})
    return story


def told(at: DaemonProcess, wanted: tuple[str, str]) -> tuple[str, str] | None:
    """The condition of a kind and words, if it holds."""
    conditions = at.json("status")["conditions"]
    return next(((c["kind"], c["message"]) for c in conditions if c["kind"] == wanted[0] and wanted[1] in c["message"]), None)


def failure(at: DaemonProcess, story: Story) -> list[tuple[str, str]]:
    """Class and words of the last failure of each task that had one."""
    found = [task["last_failure"] for task in at.json("tasks", story.run)]
    return [(each["failure_class"], each["message"]) for each in found if each]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Story]]:
    """The sweep of every fault, at rest."""
    folder = hurried(tmp_path_factory.mktemp("faults") / "recordings")
    found: dict[str, Story] = {}
    with practice_site(**QUICK) as site:
        settings = {"OODAEMON_RECORDINGS": str(folder), "OODAEMON_BASE_URL": site.url, "OODAEMON_BROWSERS": "2", **ACCOUNT}
        with daemon(**settings, OODAEMON_EASE_OFF="false") as at:
            for number, fault in enumerate(ORDER):
                found[fault] = strike(site, at, fault, (10 + number, 30 + number))
            site.behave(faults=dict.fromkeys(MILD, 1))
            found["mild"] = Story(at.submit(TEST.id, "profit_target=51,52"), "profit_target", (51, 52))
            for fault in MILD:
                wait_until(lambda name=fault: site.struck(name), f"the fault {fault}")  # type: ignore[misc]
            site.behave(faults=dict.fromkeys(("announcement", "count_up"), 1))
            for story in found.values():
                at.ctl("watch", story.run, patience=300)
                story.tasks, story.results = at.json("tasks", story.run), at.json("results", story.run)
            yield found


def test_every_fault_is_tried() -> None:
    assert {*ORDER, *MILD} == set(FAULTS)


@pytest.mark.parametrize("name", [*ORDER, "mild"])
def test_no_task_is_lost_and_no_figure_is_wrong(stories: dict[str, Story], name: str) -> None:
    story = stories[name]
    assert [task["status"] for task in story.tasks] == ["COMPLETED"] * len(story.values), story.tasks
    for value, row in zip(story.values, story.results, strict=True):
        assert row["parameters"][story.parameter] == value
        assert {key: row["metrics"].get(key) for key in truth(story.parameter, value)} == truth(story.parameter, value)


def truth(parameter: str, value: int) -> Mapping[str, float | None]:
    """The figures of the test with one value changed."""
    match parameter:
        case "max_contracts":
            form = dataclasses.replace(TEST.form, max_contracts=value)
        case "stop_loss":
            form = dataclasses.replace(TEST.form, stop_loss=float(value), stop_loss_unit="%")
        case _:
            form = dataclasses.replace(TEST.form, profit_target=float(value), profit_target_unit="%")
    return figures(form).metrics()
