"""Selectors as the DevTools Recorder writes them, and the schemes of `selectors.json`. Pure."""

import re
from collections.abc import Mapping

_ARIA = re.compile(r"""^aria/(?P<name>.*?)(?:\[role=["'](?P<role>[a-z]+)["']\])?$""", re.DOTALL)
_IN_PAGE = re.compile(r"^(?!aria/|text/|pierce/)")


def quoted(text: str) -> str:
    """An XPath string literal; XPath 1.0 has no escapes, so a text with both quotes is joined."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in text.split("'")) + ")"


def expand(selector: str, schemes: Mapping[str, str]) -> str:
    """Replace `scheme/NAME` by the scheme with the name as a literal; other selectors stay as they are."""
    scheme, slash, name = selector.partition("/")
    if slash and scheme in schemes:
        return schemes[scheme].replace("{}", quoted(name))
    return selector


def for_playwright(selector: str) -> str:
    """The same selector in Playwright's syntax."""
    if selector.startswith("xpath/"):
        path = selector.removeprefix("xpath/")
        return "xpath=" + (path if path.startswith((".", "descendant", "(")) else f".{path}")
    if selector.startswith("text/"):
        return f"text={selector.removeprefix('text/')}"
    if selector.startswith("pierce/"):
        return f"css={selector.removeprefix('pierce/')}"
    match = _ARIA.match(selector)
    if match:
        name = match["name"].replace('"', '\\"')
        return f'role={match["role"]}[name="{name}"]' if match["role"] else f'[aria-label="{name}"]'
    return f"css={selector}"


def is_in_page(selector: str) -> bool:
    """True for css and xpath, the kinds that scripts in the page can resolve themselves."""
    return bool(_IN_PAGE.match(selector))
