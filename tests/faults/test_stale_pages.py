"""The page shows other figures before those of the run: of the saved test, of the run before, of the account's last result."""

import pytest

from tests.faults.daemon import Daemon
from tests.faults.verdict import ANY_END, check
from tests.support.standin.site import BASE, Site

pytestmark = pytest.mark.browser
AT_ONCE = {"heading": 0, "config": 0}
LEGS_CARDS = ("readable", "unreadable", "absent")
TWO = ("20", "35")


def test_previous_figures_stay_and_the_popup_is_late(site: Site, daemon: Daemon) -> None:
    for popup in (2000, 3000):
        test = site.add(popup=popup, duration=popup + 600)
        check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",))


@pytest.mark.parametrize("popup", [1500, 4000])
def test_heading_and_bullets_switch_at_once(site: Site, daemon: Daemon, popup: int) -> None:
    test = site.add(**AT_ONCE, popup=popup, duration=popup + 700)
    check(test, daemon.sweep(test.test_id, "profit_target=20,35"), "profit_target", TWO)


@pytest.mark.parametrize("legs_card", LEGS_CARDS)
def test_heading_and_legs_switch_at_once(site: Site, daemon: Daemon, legs_card: str) -> None:
    test = site.add(**AT_ONCE, popup=4000, duration=4700, legs_card=legs_card)
    check(test, daemon.sweep(test.test_id, "delta=20,35"), "delta", TWO)


def test_heading_switches_at_once_and_no_popup_is_ever_shown(site: Site, daemon: Daemon) -> None:
    test = site.add(**AT_ONCE, popup=None, duration=6000, legs_card="absent")
    check(test, daemon.sweep(test.test_id, "delta=20"), "delta", ("20",))


def test_popup_of_other_words(site: Site, daemon: Daemon) -> None:
    """All that is known of the popup is a list of texts and signs, each of which was there at some time."""
    test = site.add(**AT_ONCE, popup=100, duration=17_500, popup_sparse=True, legs_card="absent")
    check(test, daemon.sweep(test.test_id, "delta=20"), "delta", ("20",), ends=ANY_END)


@pytest.mark.parametrize("duration", [2700, 9700])
def test_figures_follow_the_end_of_the_popup(site: Site, daemon: Daemon, duration: int) -> None:
    test = site.add(**AT_ONCE, popup=50, over=700, duration=duration, legs_card="absent")
    check(test, daemon.sweep(test.test_id, "delta=20,35"), "delta", TWO)


def test_saved_figures_come_late(site: Site, daemon: Daemon) -> None:
    """The page had no figures yet when Run was clicked, so that nothing can be compared with them."""
    test = site.add(**AT_ONCE, popup=9000, duration=9600, late_figures=3000, legs_card="absent")
    check(test, daemon.sweep(test.test_id, "delta=20"), "delta", ("20",), ends=ANY_END)


@pytest.mark.parametrize(
    ("flash", "course"),
    [
        ("figures", {"popup": 300, "duration": 1200, "heading": 5}),
        ("bullets", {"popup": 300, "duration": 1200, "heading": 5}),
        ("figures", {"popup": 1500, "duration": 2200, **AT_ONCE}),
        ("figures", {"popup": 5500, "duration": 6200, **AT_ONCE}),
        ("bullets", {"popup": 5500, "duration": 6200}),
        ("figures", {"popup": 50, "over": 400, "flash_at": 400, "duration": 1600, "heading": 400, "config": 400}),
    ],
    ids=["popup-soon", "with-bullets", "popup-late", "popup-very-late", "with-bullets-very-late", "after-the-popup"],
)
def test_last_result_of_the_account_is_shown_first(site: Site, daemon: Daemon, flash: str, course: dict[str, int]) -> None:
    test = site.add(flash=flash, **course)
    site.show_last({**BASE, "pt": str(60 + len(site.saved)), "time": "10:05"})
    check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",), ends=ANY_END)


def test_result_before_is_shown_first_for_delta(site: Site, daemon: Daemon) -> None:
    test = site.add(flash="bullets", popup=5000, duration=5600, legs_card="unreadable")
    check(
        test,
        daemon.sweep(test.test_id, "delta=20,35,41"),
        "delta",
        (*TWO, "41"),
        ends=ANY_END,
    )
