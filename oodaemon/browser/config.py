"""The configuration cards of a result page as a typed record. Pure; what is not understood is kept as it stands there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oodaemon.browser.written import DELTAS, iso_date
from oodaemon.model.config import ConfigCard, ConfigLeg, ConfigLine, TestConfig
from oodaemon.parameters.expect import as_typed

_NUMBER = re.compile(r"[-+]?\$?\d[\d,]*(?:\.\d+)?|[-+]?\$?\.\d+")
_GROUP = re.compile(r"^(?P<title>[^-]*?)\s*-\s*(?P<group>.*)$")


def read_config(state: Mapping[str, Any]) -> TestConfig:
    """The record of a page state: its `facts` (cards without bullets), `legs` and `bullets`."""
    facts = {_folded(title): lines for title, lines in state["facts"]}
    dates = dict(_dates(facts.get("dates", ())))
    return TestConfig(
        underlying=" ".join(facts.get("underlying", ())),
        start_date=dates.get("from", ""),
        end_date=dates.get("to", ""),
        legs=tuple(_leg(row) for row in state["legs"]),
        cards=(
            *(_card(title, lines) for title, lines in state["bullets"]),
            *(_card(title, lines) for title, lines in state["facts"] if _folded(title) not in {"underlying", "dates", "legs"}),
        ),
    )


def _folded(title: str) -> str:
    return title.strip().rstrip(":").casefold()


def _dates(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """`from: May 16, 2022` and `to: December 6, 2025`, on lines of their own or on one."""
    for word, text in re.findall(r"\b(from|to)\s*:?\s+(.+?)(?=\s+to\b|$)", " ".join(lines), flags=re.IGNORECASE):
        if day := iso_date(text):
            yield word.casefold(), day


def _leg(row: Mapping[str, Any]) -> ConfigLeg:
    numbers: dict[str, float | None] = {}
    unit = ""
    for cell in row["cells"]:
        kind = DELTAS.get(cell["unit"], cell["unit"])
        if kind.upper() in {"QTY", "DTE"}:
            numbers.setdefault(kind.lower(), number_of(cell["value"]))
        elif kind and not unit:
            unit = kind
            numbers["value"] = number_of(cell["value"])
    return ConfigLeg(
        side=_chosen(row["buttons"], sell="s", buy="b"),
        right=_chosen(row["buttons"], call="c", put="p"),
        quantity=numbers.get("qty"),
        value=numbers.get("value"),
        unit=unit,
        dte=numbers.get("dte"),
        group=row.get("group", ""),
    )


def _chosen(buttons: Mapping[str, bool], **letters: str) -> str:
    on = [word for word, letter in letters.items() if buttons.get(letter)]
    return on[0] if len(on) == 1 else ""


def _card(title: str, lines: Sequence[str]) -> ConfigCard:
    bare = title.strip().rstrip(":")
    match = _GROUP.match(bare)
    name, group = (match["title"].strip(), match["group"].strip()) if match else (bare, "")
    return ConfigCard(name, group, tuple(read_line(line) for line in lines))


def read_line(text: str) -> ConfigLine:
    """`VIX Move Up: Min 0.08%` is `VIX Move Up: Min`, 0.08 and %; a line with no number, or with several, is kept as text alone."""
    line = " ".join(text.split())
    numbers = [match for match in _NUMBER.finditer(line) if not _is_part_of_word(line, match)]
    if len(numbers) != 1 or ":" in line[numbers[0].end() :][:1]:
        return ConfigLine(line)
    match = numbers[0]
    number, rest = number_of(match[0]), line[match.end() :]
    unit = "%" if rest.startswith("%") else "$" if "$" in match[0] else ""
    name = line[: match.start()].strip().rstrip(":").strip()
    return ConfigLine(line, name, number, unit) if name and number is not None else ConfigLine(line)


def _is_part_of_word(line: str, match: re.Match[str]) -> bool:
    """`9` in `VIX9D` is no number."""
    before, after = line[: match.start()][-1:], line[match.end() :][:1]
    return before.isalpha() or after.isalpha()


def number_of(text: str) -> float | None:
    """A number with commas, sign and dollar; None for anything else."""
    try:
        return float(as_typed(text).replace(",", "").replace("$", ""))
    except ValueError:
        return None
