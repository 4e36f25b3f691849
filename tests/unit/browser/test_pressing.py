"""Pressing Run again: only while the panel is there, and never because the site was slow to close it."""

from typing import Any

import pytest

from oodaemon.browser import backtest, panel
from oodaemon.browser.backtest import CLICKS, Course
from oodaemon.browser.panel import Problems
from oodaemon.failures.site import Drifted, PanelStuck, Refused, TooSlow

NOTHING_WRONG = Problems((), ())
PAGE: Any = object()


class Panel:
    """What the panel says at each look, and what comes of each click on Run."""

    def __init__(self, patch: pytest.MonkeyPatch, *looks: Problems | None, trouble: Exception | None = None) -> None:
        self.looks, self.trouble, self.clicks = list(looks), trouble, 0
        patch.setattr(panel, "problems", self.problems)
        patch.setattr(backtest, "_press", self.press)

    async def problems(self, *_: Any) -> Problems | None:
        return self.looks.pop(0)

    async def press(self, *_: Any) -> None:
        self.clicks += 1
        if self.trouble is not None:
            raise self.trouble


async def again(course: Course, said: tuple[str, ...] = ()) -> None:
    await backtest._press_again(PAGE, PAGE, course, said)


async def test_a_click_that_did_not_register_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at, course = Panel(monkeypatch, NOTHING_WRONG), Course(known=frozenset())
    await again(course)
    assert (at.clicks, course.clicks) == (1, 2)


async def test_a_panel_that_closed_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    at, course = Panel(monkeypatch, None), Course(known=frozenset(), clicks=CLICKS)
    await again(course)
    assert (at.clicks, course.clicks) == (0, CLICKS)


@pytest.mark.parametrize("trouble", [TooSlow("no button"), Drifted("no button")])
async def test_a_panel_that_closes_under_the_click_is_no_failure(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    at = Panel(monkeypatch, NOTHING_WRONG, None, trouble=trouble)
    await again(Course(known=frozenset()))
    assert at.clicks == 1


@pytest.mark.parametrize("trouble", [TooSlow("no button"), Drifted("no button")])
async def test_a_button_that_is_gone_from_an_open_panel_is_one(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    Panel(monkeypatch, NOTHING_WRONG, NOTHING_WRONG, trouble=trouble)
    with pytest.raises(type(trouble)):
        await again(Course(known=frozenset()))


async def test_a_panel_that_stays_is_stuck_refused_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Panel(monkeypatch, NOTHING_WRONG, Problems(("too wide",), ()), NOTHING_WRONG)
    with pytest.raises(PanelStuck):
        await again(Course(known=frozenset(), clicks=CLICKS))
    with pytest.raises(Refused, match="too wide"):
        await again(Course(known=frozenset()))
    with pytest.raises(TooSlow, match="busy"):
        await again(Course(known=frozenset()), ("busy",))
