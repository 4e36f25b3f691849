"""Any name survives being made an XPath literal."""

import re

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.browser.selectors import expand, quoted

LITERAL = re.compile(r"""'([^']*)'|"([^"]*)\"""")
NAMES = st.text(alphabet=st.one_of(st.sampled_from("'\"{}/ "), st.characters(codec="utf-8", exclude_characters="'\"")), max_size=15)


def read(literal: str) -> str:
    """What XPath makes of a literal or of a concatenation of literals."""
    if literal.startswith("concat("):
        assert literal.endswith(")")
        inner = literal.removeprefix("concat(").removesuffix(")")
        parts = list(LITERAL.finditer(inner))
        assert len(parts) > 1, "concat takes two texts at least"
        assert LITERAL.sub("", inner) == ", " * (len(parts) - 1)
        return "".join(part[1] or part[2] or "" for part in parts)
    found = LITERAL.fullmatch(literal)
    assert found, literal
    return found[1] or found[2] or ""


@given(NAMES)
def test_a_literal_means_its_text(name: str) -> None:
    assert read(quoted(name)) == name


@given(NAMES)
def test_a_scheme_holds_the_name_as_it_is(name: str) -> None:
    assert expand(f"label/{name}", {"label": "<{}>"}) == f"<{quoted(name)}>"
