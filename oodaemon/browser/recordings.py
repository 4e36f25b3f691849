"""The recordings: the flow of a backtest and the named locators, read from files and checked once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from oodaemon.browser.selectors import expand, for_playwright, is_in_page
from oodaemon.errors import ConfigurationError

FLOW, SELECTORS = "backtest_flow.json", "selectors.json"
SEGMENTS = ("sign_in", "signed_in", "open_tests", "open_test", "open_panel", "run", "result")
PLAYABLE = frozenset({"navigate", "click", "change", "keyDown", "keyUp", "waitForElement", "waitForExpression"})
ON_ELEMENTS = frozenset({"click", "change", "waitForElement"})
DEFAULT_TIMEOUT_MS = 30_000
IN_PAGE = (
    ("test", "heading"),
    ("test", "new_backtest"),
    ("sign_in", "form"),
    ("sign_in", "challenge"),
    ("tests", "links"),
    ("panel", "dialog"),
    ("popup", "markers"),
    ("popup", "spinner"),
    ("popup", "alerts"),
    ("results", "charts"),
    ("results", "metric_groups"),
    ("results", "config_cards"),
    ("results", "bullets"),
    ("results", "leg_rows"),
    ("panel", "leg_rows"),
)
"""Locators that scripts in the page resolve; they must be css or xpath."""

NEEDED = {
    "": ("schemes", "pages", "sections", "texts", "metrics", "timing"),
    "pages": ("sign_in", "test", "tests", "panel", "popup", "results"),
    "pages.tests": ("table_view",),
    "pages.popup": ("close",),
    "pages.results": ("summary_tab", "trade_log_tab", "export"),
    "pages.panel": (
        *("cancel", "input", "inline_input", "unit_button", "unit_select", "listbox", "select", "option", "leg_rows"),
        *("headings", "ignored", "group_names"),
    ),
    "schemes": ("heading", "label", "toggle", "button", "beside"),
    "texts": (
        *("unsaved", "no_trades", "maintenance", "trouble", "selected_classes", "unit_names"),
        *("sign_in_refused", "sign_in_unclear", "sign_in_passing", "sign_in_too_often"),
    ),
    "metrics": ("pl",),
    "timing": (
        *("field", "fill", "form_still", "panel_close", "left", "told", "sign_in_told", "listbox", "mismatch", "doubtful"),
        *("no_figures", "saved_still", "saved_figures", "nothing"),
        *("list", "list_cards", "list_still", "export", "charts", "charts_still"),
        *("quiet_after_popup", "quiet_after_popup_same_figures", "quiet_without_popup", "quiet_without_popup_same_figures"),
    ),
}
"""What must be there beside IN_PAGE, by place."""

PANEL = "New Backtest"
"""What people call the panel."""

Alternatives = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What is looked for, for people: `"Profit Target" in "Profit & Loss"`."""

    name: str
    place: str = ""

    def __str__(self) -> str:
        return f'"{self.name}" in "{self.place}"' if self.place else f'"{self.name}"'


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded step. `selectors` are alternatives in Playwright's syntax; `timeout` is its deadline in seconds."""

    type: str
    timeout: float
    selectors: Alternatives = ()
    url: str = ""
    value: str = ""
    key: str = ""
    expression: str = ""
    segment: str = ""
    number: int = 0

    @property
    def named(self) -> Named:
        """What the step is called for people: `"step 2: click" in "open_panel"`."""
        return Named(f"step {self.number}: {self.type}", self.segment)


@dataclass(frozen=True, slots=True)
class Check:
    """How a check looks at a named locator that is not simply one element of its page.

    `many`: one or more are right. `within`: what holds it, a field as SECTION/LABEL or `dialog`. `opens`: the field whose list must
    be open. `absent`: why it may rightly be missing.
    """

    many: bool = False
    within: str = ""
    opens: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A metric: the labels its card may carry and the sign its number must carry (`$`, `%` or none)."""

    labels: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Recordings:
    """Everything the daemon knows about the looks of the site. Times are in seconds."""

    viewport: tuple[int, int]
    segments: Mapping[str, tuple[Step, ...]]
    pages: Mapping[str, Mapping[str, Alternatives]]
    sections: Mapping[str, Alternatives]
    fields: Mapping[tuple[str, str], Alternatives]
    schemes: Mapping[str, str]
    texts: Mapping[str, Any]
    metrics: Mapping[str, MetricCard]
    timing: Mapping[str, float]
    needs: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)

    def locator(self, page: str, name: str) -> Alternatives:
        """A named locator in Playwright's syntax."""
        return tuple(for_playwright(s) for s in self.pages[page][name])

    def section(self, name: str) -> Alternatives:
        """A section of the panel; one that is not listed is found by its heading."""
        return tuple(for_playwright(s) for s in self.sections.get(name) or (expand(f"heading/{name}", self.schemes),))

    def field(self, section: str, label: str, scheme: str = "label") -> Alternatives:
        """The control of a label, or the button of a toggle; one that is not listed is found by its name."""
        listed = self.fields.get((section, label)) or (expand(f"{scheme}/{label}", self.schemes),)
        return tuple(for_playwright(s) for s in listed)

    def named(self) -> Mapping[str, Alternatives]:
        """Every named locator and every step of the flow with its alternatives, by what it is called for people."""
        places = {str(Named(name, page)): found for page, names in self.pages.items() for name, found in names.items()}
        fields = {str(Named(label, section)): found for (section, label), found in self.fields.items()}
        sections = {str(Named(section, PANEL)): found for section, found in self.sections.items()}
        steps = {str(step.named): step.selectors for steps in self.segments.values() for step in steps}
        return {**places, **fields, **sections, **steps}

    def names(self) -> frozenset[str]:
        """What every named locator and every step of the flow is called for people: the only words a metric may carry."""
        return frozenset(self.named())

    def deadline(self, *segments: str) -> float:
        """The sum of the deadlines of some segments, in seconds."""
        return sum(step.timeout for name in segments for step in self.segments[name])


def load(folder: Path) -> Recordings:
    """Read and check both files of a folder. Raises ConfigurationError with one line for each thing that is wrong."""
    flow, named = _read(folder / FLOW), _read(folder / SELECTORS)
    problems = _missing(named)
    if problems:
        raise ConfigurationError(f"{folder}: {problem}" for problem in problems)
    try:
        recordings = _build(flow, named, problems)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            [*problems, f"{folder}: the recordings are not complete: {error!r} is missing or malformed"]
        ) from error
    if problems:
        raise ConfigurationError(f"{folder}: {problem}" for problem in problems)
    return recordings


def _read(file: Path) -> Any:  # noqa: ANN401 - any JSON; `_build` checks it
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError([f"cannot read the recording {file}: {error.strerror}"]) from error
    except ValueError as error:
        raise ConfigurationError([f"the recording {file} is no JSON: {error}"]) from error


def _build(flow: Mapping[str, Any], named: Mapping[str, Any], problems: list[str]) -> Recordings:
    schemes: dict[str, str] = named["schemes"]
    pages = {page: {name: _expanded(alts, schemes) for name, alts in names.items()} for page, names in named["pages"].items()}
    for page, name in IN_PAGE:
        problems += [f"{SELECTORS}: {page}.{name} must be css or xpath, not {s}" for s in pages[page][name] if not is_in_page(s)]
    sections = {name: _expanded(entry["section"], schemes) for name, entry in named["sections"].items()}
    fields = {
        (section, label): _expanded(alternatives, schemes)
        for section, entry in named["sections"].items()
        for label, alternatives in entry["fields"].items()
    }
    segments = segments_of(flow, problems)
    viewport = next((step for step in flow["steps"] if step["type"] == "setViewport"), None)
    if viewport is None:
        problems.append(f"{FLOW}: there is no step setViewport")
        viewport = {"width": 0, "height": 0}
    return Recordings(
        viewport=(int(viewport["width"]), int(viewport["height"])),
        segments=segments,
        pages=pages,
        sections=sections,
        fields=fields,
        schemes=schemes,
        texts=named["texts"],
        metrics={name: MetricCard(tuple(card["labels"]), card["unit"]) for name, card in named["metrics"].items()},
        timing={name: value / 1000 for name, value in named["timing"].items() if name != "about"},
        needs={
            (section, label): _texts(needs)
            for section, entry in named["sections"].items()
            for label, needs in entry.get("needs", {}).items()
        },
        checks={name: _check(entry) for name, entry in named.get("checks", {}).items() if name != "about"},
    )


def _check(entry: Mapping[str, Any]) -> Check:
    unknown = set(entry) - {"many", "in", "opens", "absent"}
    if unknown:
        raise ValueError(f"checks know many, in, opens and absent, not {', '.join(sorted(unknown))}")
    return Check(bool(entry.get("many")), entry.get("in", ""), entry.get("opens", ""), entry.get("absent", ""))


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"a list of texts, not {values!r}")
    return tuple(values)


def _missing(named: Mapping[str, Any]) -> list[str]:
    """What the file does not hold, outermost first: what is missing inside something missing is not told."""
    problems = []
    for place, names in NEEDED.items():
        found: Any = named
        for part in filter(None, place.split(".")):
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            problems += [f"{SELECTORS}: {place}.{name} is missing".replace(" .", " ") for name in names if name not in found]
    return problems


def _expanded(alternatives: Sequence[str], schemes: Mapping[str, str]) -> Alternatives:
    if isinstance(alternatives, str) or not alternatives:
        raise ValueError(f"a list of alternatives, not {alternatives!r}")
    return tuple(expand(s, schemes) for s in alternatives)


def segments_of(flow: Mapping[str, Any], problems: list[str]) -> dict[str, tuple[Step, ...]]:
    """The steps of a flow by segment; what cannot be played, and which of SEGMENTS are missing, is added to `problems`."""
    segments: dict[str, list[Step]] = {}
    current: list[Step] = []
    name = ""
    default = flow.get("timeout", DEFAULT_TIMEOUT_MS)
    for raw in flow["steps"]:
        if raw["type"] == "customStep" and raw["name"] == "segment":
            name = raw["parameters"]["name"]
            current = segments.setdefault(name, [])
        elif raw["type"] in PLAYABLE:
            if raw["type"] in ON_ELEMENTS and not raw.get("selectors"):
                problems.append(f"{FLOW}: a step of type {raw['type']} has no selectors")
            current.append(replace(_step(raw, default), segment=name, number=len(current) + 1))
        elif raw["type"] != "setViewport":
            problems.append(
                f"{FLOW}: a step of type {raw['type']} cannot be played; record it as one of {', '.join(sorted(PLAYABLE))}"
            )
    problems += [f"{FLOW}: the segment {name} has no steps" for name in SEGMENTS if not segments.get(name)]
    return {name: tuple(steps) for name, steps in segments.items()}


def _step(raw: Mapping[str, Any], default: float) -> Step:
    chains = raw.get("selectors", [])
    return Step(
        type=raw["type"],
        timeout=raw.get("timeout", default) / 1000,
        selectors=tuple(" >> ".join(for_playwright(s) for s in ([chain] if isinstance(chain, str) else chain)) for chain in chains),
        url=raw.get("url", ""),
        value=raw.get("value", ""),
        key=raw.get("key", ""),
        expression=raw.get("expression", ""),
    )
