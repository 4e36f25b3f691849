"""How a run ends on the page: popups that are missed, figures that count up or come one by one."""

import pytest

from tests.faults.daemon import Daemon
from tests.faults.verdict import check
from tests.support.standin.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "course",
    [
        {"popup": None, "duration": 50},
        {"popup": 40, "over": 60, "duration": 300},
        {"popup": 30, "duration": 8000},
        {"popup": 30, "duration": 900, "popup_plain": True, "spinner": True, "url_after": "/backtest/5f0c"},
    ],
    ids=["no-popup", "a-blink", "long", "plain-and-elsewhere"],
)
def test_popup(site: Site, daemon: Daemon, course: dict[str, object]) -> None:
    test = site.add(**course)
    check(test, daemon.sweep(test.test_id, "profit_target=20,35"), "profit_target", ("20", "35"))


@pytest.mark.parametrize(
    ("fill", "gap"),
    [("counts_up", 0), ("one_by_one", 70), ("appearing", 70), ("", 450), ("", 1200), ("-", 900), ("zeros", 900), ("by_row", 900)],
)
def test_figures_come_little_by_little(site: Site, daemon: Daemon, fill: str, gap: int) -> None:
    test = site.add(fill=fill, gap=gap, duration=300)
    check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",))


@pytest.mark.parametrize("fill", ["counts_up", "one_by_one", "by_row"])
def test_figures_come_little_by_little_without_a_popup(site: Site, daemon: Daemon, fill: str) -> None:
    test = site.add(fill=fill, gap=300, popup=None, duration=200)
    check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",))


@pytest.mark.parametrize("shape", ["na", "loss", "zero", "extra", "days"])
def test_cards(site: Site, daemon: Daemon, shape: str) -> None:
    test = site.add(shape=shape)
    ended = daemon.sweep(test.test_id, "profit_target=20")
    check(test, ended, "profit_target", ("20",))
    extra = ended.results[0]["extra"]
    assert extra.get("Sortino") == ("4.01" if shape == "extra" else None)
    assert set(extra) == ({"Sharpe", "P/L Ratio", "Winners in a Row", "Sortino"} if shape == "extra" else set())


def test_equal_results_are_results(site: Site, daemon: Daemon) -> None:
    test = site.add(shape="twins")
    ended = daemon.sweep(test.test_id, "profit_target=20,21,40")
    check(test, ended, "profit_target", ("20", "21", "40"))
    assert ended.results[0]["metrics"] == ended.results[1]["metrics"] != ended.results[2]["metrics"]
