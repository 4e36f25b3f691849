"""The floor: a loop written by hand with Playwright alone that fills the same form, presses Run and reads the same figures.

It believes whatever it sees: nothing is supervised, stored, read back or proven. Whoever drives the site one backtest after the
other in one page cannot be quicker by much. `python -m tests.bench.floor URL TASKS BROWSERS` prints one JSON object, in seconds:
`per_task` (all the time of a browser, divided by all backtests), `first_click` (of a warm page, from the first request to Run),
`cold_click` (from before the driver and the browsers are started to the first Run of all).
"""

import asyncio
import json
import sys
import time
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from oodaemon.browser import engine
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
WARM = 2
LABEL = "xpath=.//label[normalize-space(text()[1])='Profit Target']/following-sibling::*[1]//input"
SHOWN = """() => {
  const heading = document.querySelector('#message-heading');
  return heading && heading.innerText.includes('Unsaved Backtest') && document.querySelector('dl dd')
    && !document.body.innerText.includes('Running Backtest');
}"""
READ = "() => [...document.querySelectorAll('dl.mt-5.grid > div')].map((card) => card.innerText)"


async def sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/login", wait_until="domcontentloaded")
    await page.fill("input[type=email]", PRACTICE_EMAIL)
    await page.fill("input[type=password]", PRACTICE_PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url("**/dashboard/**")


async def one(page: Page, url: str, value: float, clicks: list[float]) -> Any:
    """One backtest; the time of its Run click is appended to `clicks`."""
    await page.goto(f"{url}/test/{TEST.id}", wait_until="domcontentloaded")
    await page.click("button.btn-primary:has-text('New Backtest')")
    panel = page.locator("div[role=dialog]")
    await panel.locator(LABEL).fill(f"{value:g}")
    clicks.append(time.perf_counter())
    await panel.locator("button[type=submit]").click()
    await page.wait_for_function(SHOWN, polling="raf")
    cards = await page.evaluate(READ)
    assert len(cards) > 10, cards
    return cards


async def work(browser: Browser, url: str, values: list[float]) -> dict[str, float]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await sign_in(page, url)
    warm: list[float] = []
    for number in range(WARM):
        await one(page, url, 91 + number, warm)
    began, clicks = time.perf_counter(), list[float]()
    for value in values:
        await one(page, url, value, clicks)
    ended = time.perf_counter()
    await page.close()
    return {"seconds": ended - began, "first_click": clicks[0] - began, "cold": warm[0]}


async def main(url: str, tasks: int, browsers: int) -> dict[str, float]:
    started = time.perf_counter()
    async with async_playwright() as playwright:
        how = engine.choose(playwright, "", is_headless=True)
        opened = [await engine.launch(playwright.chromium, how) for _ in range(browsers)]
        values = [5 + number / 2 for number in range(tasks)]
        shares = [values[number::browsers] for number in range(browsers)]
        done = await asyncio.gather(*(work(browser, url, share) for browser, share in zip(opened, shares, strict=True)))
        for browser in opened:
            await browser.close()
    return {
        "per_task": max(each["seconds"] for each in done) / tasks,
        "first_click": min(each["first_click"] for each in done),
        "cold_click": min(each["cold"] for each in done) - started,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
