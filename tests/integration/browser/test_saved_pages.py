"""Pages that were saved from the site are read by the page objects that read the site itself."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oodaemon.app.parts import CHECKOUT
from oodaemon.bridge.loop import call
from oodaemon.browser import figures, panel, proof, recordings, saved_pages, session
from oodaemon.browser.checkup import Report, Verdict
from oodaemon.browser.driver import Chromium, open_driver
from oodaemon.errors import ConfigurationError
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures as truth
from tests.integration.browser.bench import Bench, bench, sign_in
from tests.integration.browser.saving import SWITCH_ON, save
from tests.integration.browser.support import browser, on_loop

pytestmark = pytest.mark.browser

KNOWN = recordings.load(CHECKOUT)
CONDOR = next(test for test in SAVED_TESTS.values() if test.name == "Late Morning Iron Condor")
TOGGLES = [label for (_, label), found in KNOWN.fields.items() if "@role='switch'" in found[0]]
LEFT_OFF = {"Use Leg Groups", "Use CSV Custom Signals File"}
VARIANTS = {"2025": ("Max Open Positions", "Max Open Trades"), "2026": ("Max Open Trades", "Max Open Positions")}


async def _save_all(at: Bench, folder: Path, renamed: tuple[str, str]) -> None:
    """The list, a saved test and its panel with every toggle on. Asyncio-flavoured."""
    page, site = at.tab.page, at.tab.site
    await session.open_list(page, site)
    await page.locator(f"a[href='/test/{CONDOR.id}']").wait_for()
    await save(page, folder / "list.html", renamed=renamed)
    await session.open_test(page, site, f"/test/{CONDOR.id}")
    await save(page, folder / "result.html", renamed=renamed)
    await session.open_test(page, site, f"/test/{CONDOR.id}")
    await panel.open_panel(page, site)
    await page.evaluate(SWITCH_ON, [caption for caption in TOGGLES if caption not in LEFT_OFF])
    await page.get_by_text("Exit Below Position Delta").wait_for()
    await save(page, folder / "panel.html", renamed=renamed)


LEGS = ["sell put 12 Δ", "buy put -50 ±", "sell call 12 Δ", "buy call 50 ±"]
MAY_BE_ABSENT = {
    f'"{label}" in "{section}"' for (section, label), needs in KNOWN.needs.items() if "(not in every version of the site)" in needs
} | {
    '"Group Name" in "Leg Groups"',
}
"""Fields that the practice site need not have, or behind a toggle that was left off."""


@asynccontextmanager
async def saved(folder: Path, variant: str) -> AsyncIterator[Chromium]:
    """A folder of saved pages of a variant, and a browser to read them."""
    async with bench() as at:
        await sign_in(at)
        await call(_save_all, at, folder, VARIANTS[variant])
        assert at.tab.context.browser is not None
        yield Chromium(at.tab.context.browser, at.chromium)


async def read(chromium: Chromium, file: Path) -> Any:
    async def work() -> Any:
        page = await saved_pages.open_page(chromium.browser, KNOWN, file)
        return (await saved_pages.read(page, KNOWN, file)).shown, await page.inner_text("body")

    return await call(work)


def alternatives_used(report: Report) -> dict[str, int]:
    return {finding.locator: finding.alternative for finding in report.findings if finding.alternative > 1}


@pytest.mark.parametrize("variant", VARIANTS)
async def test_every_metric_config_card_and_field_of_saved_pages_is_found(room: Path, tmp_path: Path, variant: str) -> None:
    async with saved(tmp_path, variant) as chromium:
        report = await call(saved_pages.check, chromium.browser, KNOWN, saved_pages.files_of(tmp_path))
        wrong = [finding for finding in report.findings if finding.verdict in {Verdict.GONE, Verdict.AMBIGUOUS}]
        assert not wrong
        assert report.is_sound
        missed = {finding.locator for finding in report.findings if finding.verdict is Verdict.NOT_REACHED}
        assert missed & {f'"{label}" in "{section}"' for section, label in KNOWN.fields} <= MAY_BE_ABSENT
        later = alternatives_used(report)
        assert later == ({'"Max Open Positions" in "Funds & Allocation"': 2} if variant == "2025" else {})

        shown, text = await read(chromium, tmp_path / "result.html")
        reading = figures.read_cards([(label, value) for label, value, _ in shown["metrics"]], KNOWN.metrics)
        assert dict(reading.metrics) == {
            name: number for name, number in truth(CONDOR.form).metrics().items() if number is not None
        }
        assert [title for title, _ in shown["bullets"]] == ["Entry", "Exit -", "Misc"]
        assert "Open trades at 11:25 AM" in dict(shown["bullets"])["Entry"]
        assert [str(leg) for leg in proof.legs_of(shown["legs"])] == LEGS
        assert "a script ran" not in text

        shown, _ = await read(chromium, tmp_path / "panel.html")
        assert shown["panels"] == 1
        assert [str(leg) for leg in proof.legs_of(shown["panelLegs"])] == LEGS


async def _save_results(at: Bench, folder: Path) -> None:
    """Both tabs of a result, and one without trades, which has no charts. Asyncio-flavoured."""
    page, site = at.tab.page, at.tab.site
    await session.open_test(page, site, f"/test/{CONDOR.id}")
    await save(page, folder / "summary.html")
    await session.open_test(page, site, f"/test/{CONDOR.id}")
    await page.locator("nav a", has_text="Trade Log").click()
    await page.get_by_text("Export to CSV").wait_for(state="attached")
    await save(page, folder / "trade_log.html")
    weekend = dataclasses.replace(CONDOR.form, start_date=date(2022, 5, 21), end_date=date(2022, 5, 22))
    at.site.edit(CONDOR.id, weekend)
    await session.open_test(page, site, f"/test/{CONDOR.id}")
    await page.evaluate("() => document.querySelectorAll('canvas').forEach((canvas) => canvas.remove())")
    await save(page, folder / "empty.html")


async def test_what_stands_on_one_tab_of_a_result_is_not_missed_on_the_other(room: Path, tmp_path: Path) -> None:
    async with bench() as at:
        await sign_in(at)
        await call(_save_results, at, tmp_path)
        browsing = at.tab.context.browser
        assert browsing is not None
        report = await call(saved_pages.check, browsing, KNOWN, saved_pages.files_of(tmp_path))
        assert report.is_sound, [finding for finding in report.findings if finding.verdict in {Verdict.GONE, Verdict.AMBIGUOUS}]
        told = {finding.locator: (finding.verdict, finding.where) for finding in report.findings}
        assert told['"charts" in "results"'] == (Verdict.UNIQUE, "summary.html")
        assert told['"export" in "results"'] == (Verdict.UNIQUE, "trade_log.html")
        for name, why in (("trade_log.html", "on the tab of the summary"), ("empty.html", "a result without trades has none")):
            report = await call(saved_pages.check, browsing, KNOWN, [tmp_path / name])
            assert report.is_sound
            (charts,) = (finding for finding in report.findings if finding.locator == '"charts" in "results"')
            assert (charts.verdict, why in charts.why) == (Verdict.NOT_REACHED, True)


async def test_a_field_that_was_renamed_is_named_and_nothing_else(room: Path, tmp_path: Path) -> None:
    async with saved(tmp_path, "2026") as chromium:
        file = tmp_path / "panel.html"
        file.write_text(file.read_text("utf-8").replace("Max&nbsp;VIX\n", "Highest&nbsp;VIX\n"), "utf-8")
        report = await call(saved_pages.check, chromium.browser, KNOWN, saved_pages.files_of(tmp_path))
        assert not report.is_sound
        wrong = [finding for finding in report.findings if finding.verdict in {Verdict.GONE, Verdict.AMBIGUOUS}]
        assert [(f.locator, f.verdict, f.where) for f in wrong] == [('"Max VIX" in "Entry Conditions"', Verdict.GONE, "panel.html")]


async def test_a_page_fetches_nothing_and_reads_files_beside_it(room: Path, tmp_path: Path) -> None:
    """A style sheet beside the page counts; one further up or on the net does not."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "outer.css").write_text("#b { display: none }")
    (tmp_path / "inner" / "own.css").write_text("#a { display: none }")
    file = tmp_path / "inner" / "page.html"
    links = "".join(f'<link rel="stylesheet" href="{href}">' for href in ("own.css", "../outer.css", "http://127.0.0.1:9/x.css"))
    file.write_text(f'{links}<p id="a">a</p><p id="b">b</p><p class="hidden">c</p><p class="hidden sm:block">d</p>', "utf-8")
    async with on_loop(), open_driver() as driver, browser(driver) as chromium:
        _, text = await read(chromium, file)
        assert text.split() == ["b", "d"]


def test_a_folder_without_pages_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^--pages: .* holds no saved page; save some as \*\.html$"):
        saved_pages.files_of(tmp_path)
    with pytest.raises(ConfigurationError, match=r"^--pages: there is no folder "):
        saved_pages.files_of(tmp_path / "nowhere")


def test_parts_of_a_page_are_not_pages(tmp_path: Path) -> None:
    (tmp_path / "a_files").mkdir()
    for name in ("a.html", "a_files/frame.html", "b.txt", "c.HTM"):
        (tmp_path / name).touch()
    assert [file.name for file in saved_pages.files_of(tmp_path)] == ["a.html", "c.HTM"]
