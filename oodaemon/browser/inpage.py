"""The scripts of this package in a page: sent once a document, asked with one text, answering with one. Asyncio-flavoured.

One text each way, because Playwright looks at every single value of a nested argument and of a nested answer, here and in its
driver: half of our processor time of a backtest was that. Sent once, because a script that is sent with every question is compiled
every time, and runs as slowly as code does that was never run before.
"""

import json
import time
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import ElementHandle, Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

NOTICED = 20
"""Milliseconds within which a change is noticed by `changes`."""
_MISSING = "missing"
_REPLACED = ("Execution context was destroyed", "Resulting promise was garbage collected")
"""What Playwright says of a question whose document was left before the answer."""
_ASK = f"([name, text, ...elements]) => (window.__oo ? window.__oo.ask(name, text, elements) : '{_MISSING}')"
_WAIT = f"(asked) => (window.__oo ? window.__oo.wait(...asked) : '{_MISSING}')"


@cache
def script(name: str) -> str:
    """The source of a script of this package."""
    return files(__package__).joinpath("scripts", f"{name}.js").read_text("utf-8")


@cache
def _library() -> str:
    """An expression: the scripts of a document, made when it is first asked."""
    return f"""(window.__oo = window.__oo || (() => {{
  const queries = ({script("queries")})(), controls = {script("controls")}, pageState = ({script("page_state")})(queries);
  const problems = ({script("panel_problems")})(controls);
  const scripts = {{
    page_state: (spec) => pageState(spec),
    form_still: ({script("form_still")})(queries),
    arrival: ({script("arrival")})(pageState, queries.forget),
    run_watch: ({script("run_watch")})(pageState, queries.forget),
    panel_content: ({script("panel_content")})(queries, pageState, controls, problems),
    panel_problems: problems,
    controls: ([places, selected, patience]) => controls(selected).wait(places, patience),
    sign_in_outcome: ({script("sign_in_outcome")})(pageState),
    result_shown: ({script("result_shown")})(pageState),
    alerted: ({script("alerted")})(pageState),
    renamed: ({script("renamed")})(pageState),
    verdict: (asked) => (window.__ooWatch ? window.__ooWatch.verdict(...asked) : {{ kind: "reloaded" }}),
    changed: (seen) => (queries.changes() === seen ? null : {{ changes: queries.changes() }}),
    filled: () => window.__ooFresh && window.__ooFilled ? {{ before: window.__ooFresh, after: window.__ooFilled }} : null,
  }};
  // Old libraries teach arrays and texts a `toJSON` of their own, by which a list arrives as a text.
  const taught = [Object, Array, String, Number, Boolean].map((kind) => kind.prototype);
  const told = (answer) => {{
    const had = taught.map((kind) => [kind, Object.getOwnPropertyDescriptor(kind, "toJSON")]).filter(([, own]) => own);
    for (const [kind] of had) delete kind.toJSON;
    try {{
      return answer === undefined ? null : JSON.stringify(answer);
    }} finally {{
      for (const [kind, own] of had) Object.defineProperty(kind, "toJSON", own);
    }}
  }};
  let turns = 0; // a wait ends the one before it, which nobody waits for any more
  return {{
    ask: (name, text, elements) => {{
      const answer = scripts[name](JSON.parse(text), elements);
      return answer && typeof answer.then === "function" ? answer.then(told) : told(answer);
    }},
    wait: (name, text, polling, timeout) => new Promise((resolve, reject) => {{
      const argument = JSON.parse(text), end = performance.now() + timeout, turn = ++turns;
      const look = () => {{
        try {{
          const answer = turn === turns && scripts[name](argument, []);
          if (answer) resolve(told(answer));
          else if (turn !== turns || performance.now() >= end) resolve(null);
          else setTimeout(look, polling);
        }} catch (error) {{
          reject(error);
        }}
      }};
      look();
    }}),
  }};
}})())"""


async def ask(page: Page, name: str, argument: object, *elements: ElementHandle | None) -> Any:  # noqa: ANN401 - what the script says
    """What a script says of the page. The argument, and what it says, are JSON; elements are handed over beside it."""
    asked = [name, json.dumps(argument), *elements]
    text = await page.evaluate(_ASK, asked)
    if text == _MISSING:
        text = await page.evaluate(f"([name, text, ...elements]) => {_library()}.ask(name, text, elements)", asked)
    return None if text is None else json.loads(text)


async def wait(page: Page, name: str, argument: object, *, polling: float, timeout: float, is_new: bool = False) -> Any:  # noqa: ANN401 - as above
    """The first thing that a script says of the page; asked every `polling` milliseconds, of the document that is there then.

    With `is_new` nothing was asked of the document yet: the scripts go along at once.

    Raises Playwright's TimeoutError after `timeout` milliseconds. Playwright's own `wait_for_function` brings all that its
    selectors need into every document first, and a handle and two more messages each time.
    """
    text, end = json.dumps(argument), time.monotonic() + timeout / 1000
    while True:
        left = max(0.0, end - time.monotonic()) * 1000
        asked = [name, text, polling, left]
        try:
            answer = _MISSING if is_new else await page.evaluate(_WAIT, asked)
            if answer == _MISSING:
                answer = await page.evaluate(f"(asked) => {_library()}.wait(...asked)", asked)
        except PlaywrightTimeoutError:
            raise
        except Error as error:
            if not any(words in error.message for words in _REPLACED) or time.monotonic() >= end:
                raise
            continue
        if answer is None:
            raise PlaywrightTimeoutError(f"Timeout {timeout:g}ms exceeded.")
        return json.loads(answer)


async def changes(page: Page, seen: int | None, *, patience: float) -> int | None:
    """How often the document has changed until now, once that is not what was `seen` before; the same again after so many ms."""
    with suppress(PlaywrightTimeoutError):
        found = await wait(page, "changed", seen, polling=NOTICED, timeout=patience)
        return int(found["changes"])
    return seen
