"""The console in a real browser: it follows a sweep by itself, steers it, shows evidence, and can be used by everybody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.integration.console.browsing import NARROW, PATIENCE, TEST, WIDE, House, house, overflow, violations
from tests.support.daemon import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def busy() -> Iterator[House]:
    """A house in which a few runs have ended, one of them with a failed attempt."""
    with house() as made:
        made.site.behave(faults={"error_toast": 1})
        run = made.at.submit(TEST, "profit_target=10..20/10", flags=["--trades"])
        wait_until(lambda: made.at.json("failures", run), "a failure")
        made.site.behave(faults={})
        wait_until(lambda: made.at.phase(run) == "COMPLETED", "the end of the run")
        yield made


def test_a_sweep_is_followed_paused_and_resumed_without_a_reload(busy: House) -> None:
    busy.site.behave(run_seconds=[0.6, 1.0])
    with busy.control() as page:
        page.evaluate("window.stayed = true")
        run = busy.at.submit(TEST, "delta=5..16/1")
        link = page.locator("#active").get_by_role("link", name="delta of")
        expect(link).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#active .counts b").first).not_to_have_text("0", timeout=PATIENCE)
        expect(page.locator("#browsers")).to_contain_text("delta of", timeout=PATIENCE)
        assert page.evaluate("window.stayed"), "the page was loaded anew"

        link.click()
        page.wait_for_url(f"**/runs/{run}")
        page.evaluate("window.stayed = true")
        expect(page.locator("#live-state")).to_have_class(re.compile("is-live"))
        rows = page.locator("table.results tbody tr")
        expect(rows.nth(1)).to_be_visible(timeout=PATIENCE)
        assert page.evaluate("window.stayed")

        page.get_by_label("Reason").first.fill("for a look")
        with page.expect_navigation():
            page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("h1 .badge")).to_have_text("paused", timeout=PATIENCE)
        assert busy.at.phase(run) == "PAUSED"
        with page.expect_navigation():
            page.get_by_role("button", name="Resume").click()
        expect(page.locator("h1 .badge")).to_have_text(re.compile("running|completed"), timeout=PATIENCE)
        page.evaluate("window.stayed = true")
        expect(page.locator("h1 .badge")).to_have_text("completed", timeout=3 * PATIENCE)
        expect(rows).to_have_count(12, timeout=PATIENCE)
        assert page.evaluate("window.stayed")
    busy.site.behave(run_seconds=[0.2, 0.5])


def test_cancelling_asks_first(busy: House) -> None:
    busy.site.behave(run_seconds=[2, 3])
    run = busy.at.submit(TEST, "delta=20..39/1")
    with busy.control() as page:
        page.goto(f"{busy.base}/runs/{run}")
        page.get_by_role("button", name="Cancel").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("for good")
        dialog.get_by_role("button", name="No").click()
        expect(dialog).to_have_count(0)
        assert busy.at.phase(run) == "RUNNING"
        page.get_by_role("button", name="Cancel").click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name="Yes").click()
        expect(page.locator("h1 .badge")).to_have_text(re.compile("cancel"), timeout=PATIENCE)
    busy.site.behave(run_seconds=[0.2, 0.5])
    wait_until(lambda: busy.at.phase(run) == "CANCELLED", "the end of the run")


def test_evidence_is_looked_at(busy: House) -> None:
    with busy.control() as page:
        page.locator("#failures").get_by_role("link", name=re.compile("task")).first.click()
        picture = page.get_by_role("img", name=re.compile("The page when attempt")).first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        page.wait_for_function("image => image.complete && image.naturalWidth > 300", arg=picture.element_handle())
        with page.expect_download() as told:
            page.get_by_role("link", name=re.compile("dom.html")).first.click()
        assert b"<html" in told.value.path().read_bytes()
        with page.expect_navigation():
            page.get_by_role("link", name="as text").first.click()
        assert page.evaluate("document.contentType") == "text/plain"
        expect(page.locator("body")).to_contain_text("html")
        page.go_back()
        expect(page.get_by_role("heading", name="Trades")).to_be_visible()


def test_a_stranger_sees_and_cannot_act(busy: House) -> None:
    run = busy.at.json("list")[0]["run_id"]
    with busy.page() as page:
        page.goto(f"{busy.base}/runs/{run}")
        expect(page.get_by_text("read only").first).to_be_visible()
        for name in ("Pause", "Resume", "Cancel", "Retry", "Skip"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_results_are_sorted_and_filtered_by_hand(busy: House) -> None:
    run = busy.at.json("list")[-1]["run_id"]
    with busy.page() as page:
        page.goto(f"{busy.base}/runs/{run}")
        with page.expect_navigation():
            page.get_by_role("link", name=re.compile("^pl")).click()
        expect(page.get_by_role("columnheader", name=re.compile("^pl"))).to_have_attribute("aria-sort", "descending")
        shown = [float(text.replace(",", "")) for text in page.locator("table.results tbody td:nth-child(3)").all_inner_texts()]
        assert shown == sorted(shown, reverse=True)
        page.get_by_label("Only where").fill("profit_target = 20")
        page.keyboard.press("Enter")
        expect(page.locator("table.results tbody tr")).to_have_count(1)


def test_it_works_without_scripts(busy: House) -> None:
    run = busy.at.json("list")[-1]["run_id"]
    with busy.page(java_script_enabled=False) as page:
        page.goto(f"{busy.base}/runs/{run}")
        expect(page.locator("table.results tbody tr")).to_have_count(2)
        page.locator("table.results").get_by_role("link", name="task 1", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Task 1")


def test_the_colours_that_were_chosen_stay(busy: House) -> None:
    with busy.page(color_scheme="light") as page:
        page.goto(busy.base)
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        button = page.get_by_role("button", name="Colours")
        button.click()
        expect(button).to_have_attribute("title", "Colours: light")
        expect(page.locator("body")).to_have_css("background-color", light)
        button.click()
        expect(button).to_have_attribute("title", "Colours: dark")
        expect(page.locator("body")).not_to_have_css("background-color", light)
        dark = page.evaluate(ground)
        page.reload()
        expect(page.locator("body")).to_have_css("background-color", dark)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1440", "390"])
def test_every_page_can_be_used_by_everybody(busy: House, scheme: str, viewport: dict[str, int]) -> None:
    failed = next(each for each in busy.at.json("list") if busy.at.json("failures", each["run_id"]))["run_id"]
    index = busy.at.json("failures", failed)[0]["index"]
    paths = ("/", f"/runs/{failed}", f"/runs/{failed}?columns=all", f"/runs/{failed}/tasks/{index}", "/runs/nowhere")
    with busy.control(color_scheme=scheme, viewport=viewport) as page:
        for path in paths:
            page.goto(busy.base + path)
            page.wait_for_load_state("load")
            assert violations(page) == [], path
            assert overflow(page) == 0, path
        busy.said = [line for line in busy.said if "404" not in line]


def test_the_keyboard_is_enough(busy: House) -> None:
    with busy.page() as page:
        page.goto(busy.base)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
