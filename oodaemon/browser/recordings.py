"""The recordings: the flow of a backtest and the named locators, read from files and checked once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    "pages.results": ("summary_tab", "trade_log_tab", "export"),
    "pages.panel": ("cancel", "input", "unit_button", "option", "leg_rows"),
    "texts": ("unsaved", "no_trades", "selected_classes", "sign_in_refused"),
    "metrics": ("pl",),
    "timing": (
        *("field", "fill", "form_still", "panel_close", "left", "listbox", "mismatch", "doubtful"),
        *("no_figures", "saved_still", "saved_figures", "nothing"),
        *("list", "list_cards", "list_still", "export", "charts", "charts_still"),
        *("quiet_after_popup", "quiet_after_popup_same_figures", "quiet_without_popup", "quiet_without_popup_same_figures"),
    ),
}
"""What must be there beside IN_PAGE, by place."""

Alternatives = tuple[str, ...]


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
    segments = _segments(flow, problems)
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
    )


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


def _segments(flow: Mapping[str, Any], problems: list[str]) -> dict[str, tuple[Step, ...]]:
    segments: dict[str, list[Step]] = {}
    current: list[Step] = []
    default = flow.get("timeout", DEFAULT_TIMEOUT_MS)
    for raw in flow["steps"]:
        if raw["type"] == "customStep" and raw["name"] == "segment":
            current = segments.setdefault(raw["parameters"]["name"], [])
        elif raw["type"] in PLAYABLE:
            if raw["type"] in ON_ELEMENTS and not raw.get("selectors"):
                problems.append(f"{FLOW}: a step of type {raw['type']} has no selectors")
            current.append(_step(raw, default))
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
