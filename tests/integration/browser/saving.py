"""Saves what a page shows as a person would: markup with the state of its form, and the noise that real captures carry."""

from pathlib import Path

from playwright.async_api import Page

WITH_STATE = """
() => {
  for (const node of document.querySelectorAll("input")) {
    node.setAttribute("value", node.value);
    node.toggleAttribute("checked", node.checked);
  }
  for (const node of document.querySelectorAll("textarea")) node.textContent = node.value;
  for (const node of document.querySelectorAll("select")) {
    for (const option of node.options) option.toggleAttribute("selected", option.selected);
  }
}
"""

NOISE = """
() => {
  let number = 0;
  for (const node of document.querySelectorAll("#app *, [role=dialog] *")) node.setAttribute(`data-v-${(number += 1)}`, "");
  for (const label of document.querySelectorAll("label.label, h3, .toggleDescription")) {
    const texts = [...label.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    for (const node of texts) node.data = `\\u00a0 ${node.data.trim().replaceAll(" ", "\\u00a0")}\\n   `;
    label.append(document.createComment("v-if"), "\\u00a0");
    if (label.tagName === "LABEL" && !label.querySelector(".tooltip")) {
      const tip = '<span class="tooltip">Profit Target, Max VIX</span>';
      label.insertAdjacentHTML("beforeend", `<span class="has-tooltip"><svg></svg>${tip}</span>`);
    }
  }
  const other = '<h2>New Backtest</h2><div class="divide-y"><h3>Dates</h3></div>';
  document.body.insertAdjacentHTML("beforeend", `<div role="dialog" style="display: none">${other}</div>`);
  document.body.insertAdjacentHTML("beforeend", '<div class="hidden"><div role="status">Running Backtest</div></div>');
  document.body.insertAdjacentHTML("beforeend", '<script>document.body.innerHTML = "a script ran";</script>');
  document.body.insertAdjacentHTML("beforeend", '<img src="https://optionomega.com/pixel.png">');
}
"""

SWITCH_ON = """
(captions) => {
  for (const button of document.querySelectorAll("[role=dialog] button[role=switch][aria-checked=false]:not([disabled])")) {
    if (captions.some((caption) => button.nextElementSibling.textContent.trim().startsWith(caption))) button.click();
  }
}
"""

RENAME = """
([before, after]) => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) node.data = node.data.replaceAll(before, after);
}
"""


async def save(page: Page, file: Path, *, is_noisy: bool = True, renamed: tuple[str, str] | None = None) -> None:
    """Write the page to a file. Asyncio-flavoured; the page itself is not fit for use afterwards."""
    await page.evaluate(WITH_STATE)
    if renamed:
        await page.evaluate(RENAME, list(renamed))
    if is_noisy:
        await page.evaluate(NOISE)
    markup = "<!DOCTYPE html>\n" + await page.evaluate("() => document.documentElement.outerHTML")
    file.write_text(markup, "utf-8")  # noqa: ASYNC240 - a small file of a test
