"""The scripts of this package in a page: sent once a document, asked with one text, answering with one. Asyncio-flavoured.

One text each way, because Playwright looks at every single value of a nested argument and of a nested answer, here and in its
driver: half of our processor time of a backtest was that. Sent once, because a script that is sent with every question is compiled
every time, and runs as slowly as code does that was never run before.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import ElementHandle, Page

_MISSING = "missing"
_ASK = f"([name, text, ...elements]) => (window.__oo ? window.__oo.ask(name, text, elements) : '{_MISSING}')"


@cache
def script(name: str) -> str:
    """The source of a script of this package."""
    return files(__package__).joinpath("scripts", f"{name}.js").read_text("utf-8")


@cache
def _library() -> str:
    """An expression: the scripts of a document, made when it is first asked."""
    return f"""(window.__oo = window.__oo || (() => {{
  const queries = ({script("queries")})(), controls = {script("controls")}, pageState = ({script("page_state")})(queries);
  const scripts = {{
    page_state: (spec) => pageState(spec),
    form_still: ({script("form_still")})(queries),
    arrival: ({script("arrival")})(pageState, queries.forget),
    run_watch: ({script("run_watch")})(pageState, queries.forget),
    panel_content: ({script("panel_content")})(pageState, controls),
    panel_problems: ({script("panel_problems")})(controls),
    controls: ([places, selected, patience]) => controls(selected).wait(places, patience),
    sign_in_outcome: ({script("sign_in_outcome")})(pageState),
    result_shown: ({script("result_shown")})(pageState),
    alerted: ({script("alerted")})(pageState),
    renamed: ({script("renamed")})(pageState),
    filled: () => window.__ooFresh && window.__ooFilled ? {{ before: window.__ooFresh, after: window.__ooFilled }} : null,
  }};
  const told = (answer) => (answer === undefined ? null : JSON.stringify(answer));
  let text = "", argument = null;
  return {{
    ask: (name, text, elements) => {{
      const answer = scripts[name](JSON.parse(text), elements);
      return answer && typeof answer.then === "function" ? answer.then(told) : told(answer);
    }},
    poll: (name, asked) => {{
      if (asked !== text) [text, argument] = [asked, JSON.parse(asked)];
      const answer = scripts[name](argument, []);
      return answer ? told(answer) : null;
    }},
  }};
}})())"""


async def ask(page: Page, name: str, argument: object, *elements: ElementHandle | None) -> Any:  # noqa: ANN401 - what the script says
    """What a script says of the page. The argument, and what it says, are JSON; elements are handed over beside it."""
    asked = [name, json.dumps(argument), *elements]
    text = await page.evaluate(_ASK, asked)
    if text == _MISSING:
        text = await page.evaluate(f"([name, text, ...elements]) => {_library()}.ask(name, text, elements)", asked)
    return None if text is None else json.loads(text)


async def wait(page: Page, name: str, argument: object, *, polling: float, timeout: float) -> Any:  # noqa: ANN401 - as above
    """The first thing that a script says of the page; asked every `polling` milliseconds, of the document that is there then.

    Raises Playwright's TimeoutError after `timeout` milliseconds.
    """
    predicate = f"([name, text]) => {_library()}.poll(name, text)"
    answer = await page.wait_for_function(predicate, arg=[name, json.dumps(argument)], polling=polling, timeout=timeout)
    return json.loads(await answer.json_value())
