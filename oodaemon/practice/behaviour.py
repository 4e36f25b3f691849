"""How the practice site behaves: pace, staleness and faults, all of which can be changed while it runs."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from oodaemon.practice.faults import InvalidFault, near, probability
from oodaemon.practice.fields import SECTIONS
from oodaemon.practice.panel import LABELS
from oodaemon.practice.tradelog import COLUMNS, Columns

Stale = Literal["none", "figures", "heading"]
SiteVersion = Literal["2022", "2025", "2026"]
Edits = Literal["form", "twice", "panel", "nothing", "forgotten"]
Removals = Literal["dialog", "confirm", "at_once", "typed", "unclear", "forgotten"]
EDITS: tuple[Edits, ...] = get_args(Edits)
REMOVALS: tuple[Removals, ...] = get_args(Removals)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "stale": ("none", "figures", "heading"),
    "stale_parts": ("figures", "page"),
    "log_columns": COLUMNS,
    "site_version": ("2022", "2025", "2026"),
    "edits": EDITS,
    "removals": REMOVALS,
}
DURATIONS = (
    "sign_in_delay",
    "popup_delay",
    "hydration",
    "list_delay",
    "session_seconds",
    "late_seconds",
    "blocked_seconds",
    "stale_seconds",
    "retry_after",
)


class InvalidBehaviour(ValueError):
    """A behaviour that cannot be; the text says which setting is wrong and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The settings of a site; durations in seconds. Raises InvalidBehaviour for values that make no sense.

    sign_in_delay: how long the form stays after it was sent, before the list of tests takes its place (the real site: 3 to 5).
    run_seconds: range from which the length of each backtest is drawn, by the site's seed.
    popup: whether the running popup appears at all; popup_delay: how long after Run it appears (a faster run has none).
    stale: what the page shows while a backtest runs. "none": nothing but the popup; "figures": the whole previous page,
        and the popup comes LATE seconds later; "heading": heading and bullets of the new run, figures of the previous.
    hydration: from the moment the panel is open until its fields exist.
    list_delay: how long the list of saved tests takes to show its rows.
    session_seconds: life of a session from its sign-in on.
    count_up: whether figures run up to their value over some tenths of a second.
    captcha: whether signing in is met with a challenge instead.
    panel_from_result: whether the panel of an unsaved result is prefilled from it (else from the saved test).
    keep_tab: whether the chosen tab of a result page is still chosen when the next run's result takes its place.
    log_columns: the columns of exported trade logs: "classic" (2025), "percent" (and P/L %), "underlying" (and Underlying),
        "days" (and Days in Trade, Strategy filled in).
    log_vix: whether exported trade logs have the VIX columns even without a VIX condition.
    site_version: what the panel calls some of its fields: "2022" (Max Open Trades, Early Exit Date), "2025" (Max Open
        Trades), "2026" (Max Open Positions, and time actions).
    edits: what Edit of a saved test opens: a "form" with name and description, one that shows the name "twice", the "panel" of its
        strategy, or "nothing"; "forgotten": a form whose changes are lost.
    removals: what Remove does: ask in a "dialog", by the browser's own "confirm", for the name to be "typed", something "unclear",
        or nothing ("at_once"); "forgotten": a dialog after which the test is still there.
    extra_cards: whether the summary has further metric cards (Sharpe, Sortino).
    no_trades_screen: whether a test without trades shows a screen that says so instead of figures of nothing.
    faults: probability of each fault by name; those not named do not strike.
    late_seconds: how late the faults late_hydration, late_popup and slow_list are.
    blocked_seconds: how long the fault blocked_script blocks.
    stale_seconds: how long the fault stale_page lasts, 0 for until the next run; stale_parts: whether "figures" alone
        are those of the previous run, or the whole "page" with its heading and bullets.
    retry_after: what the faults http_429 and sign_in_limited ask for.
    renamed: label to label, for the fault renamed_label; moved: label to section, for the fault moved_field.
    """

    sign_in_delay: float = 0.1
    run_seconds: tuple[float, float] = (0.3, 1.5)
    popup: bool = True
    popup_delay: float = 0.1
    stale: Stale = "none"
    hydration: float = 0.1
    list_delay: float = 0.0
    session_seconds: float = 86_400.0
    count_up: bool = False
    captcha: bool = False
    panel_from_result: bool = True
    keep_tab: bool = True
    log_columns: Columns = "classic"
    log_vix: bool = False
    site_version: SiteVersion = "2026"
    edits: Edits = "form"
    removals: Removals = "dialog"
    extra_cards: bool = False
    no_trades_screen: bool = False
    faults: Mapping[str, float] = field(default_factory=dict)
    late_seconds: float = 3.0
    blocked_seconds: float = 30.0
    stale_seconds: float = 1.5
    stale_parts: Literal["figures", "page"] = "figures"
    retry_after: float = 2.0
    renamed: Mapping[str, str] = field(default_factory=lambda: {"Profit Target": "Target Profit"})
    moved: Mapping[str, str] = field(default_factory=lambda: {"Profit Target": "Misc."})

    def __post_init__(self) -> None:
        low, high = self.run_seconds
        if not 0 <= low <= high < math.inf:
            raise InvalidBehaviour(f"run_seconds must be a range of seconds from low to high, not {self.run_seconds}")
        for name in DURATIONS:
            if not 0 <= getattr(self, name) < math.inf:
                raise InvalidBehaviour(f"{name} must be a number of seconds, not {getattr(self, name)}")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise InvalidBehaviour(f"{name} must be one of {', '.join(choices)}, not {getattr(self, name)!r}")
        for name, check in _CHECKS.items():
            for key, value in getattr(self, name).items():
                check(name, key, value)

    def updated(self, changes: Mapping[str, object]) -> "Behaviour":
        """This behaviour with some settings replaced, as they come from JSON; `faults` replaces all of them.

        Raises InvalidBehaviour for unknown names (it lists them) and for values of the wrong type.
        """
        known = {attribute.name for attribute in fields(self)}
        if unknown := sorted(set(changes) - known):
            raise InvalidBehaviour(f"unknown settings: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        values: dict[str, Any] = {name: _checked(name, getattr(self, name), value) for name, value in changes.items()}
        return replace(self, **values)

    def as_json(self) -> dict[str, object]:
        """The settings by name, as `updated` takes them."""
        return {**asdict(self), "run_seconds": list(self.run_seconds)}


def _checked(name: str, current: object, value: object) -> object:
    if isinstance(current, bool):
        if isinstance(value, bool):
            return value
        raise InvalidBehaviour(f"{name} must be true or false, not {value!r}")
    if isinstance(current, float):
        return _seconds(name, value)
    if isinstance(current, tuple):
        if isinstance(value, list | tuple) and len(value) == 2:
            return tuple(_seconds(name, item) for item in value)
        raise InvalidBehaviour(f"{name} must be two numbers of seconds, not {value!r}")
    if isinstance(current, Mapping):
        if isinstance(value, Mapping):
            return dict(value)
        raise InvalidBehaviour(f"{name} must be an object, not {value!r}")
    return value


def _seconds(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise InvalidBehaviour(f"{name} must be a number of seconds, not {value!r}")


def _check_fault(setting: str, name: str, value: object) -> None:
    try:
        probability(name, value)
    except InvalidFault as error:
        raise InvalidBehaviour(f"{setting}: {error}") from None


def _check_renamed(setting: str, label: str, value: object) -> None:
    _check_label(setting, label)
    if not isinstance(value, str) or not value.strip():
        raise InvalidBehaviour(f"{setting}: {label} needs another label, not {value!r}")


def _check_moved(setting: str, label: str, value: object) -> None:
    _check_label(setting, label)
    if value not in SECTIONS:
        raise InvalidBehaviour(f"{setting}: {label} can be moved to one of {', '.join(SECTIONS)}, not to {value!r}")


def _check_label(setting: str, label: str) -> None:
    if label not in LABELS:
        raise InvalidBehaviour(f"{setting}: the panel has no label {label!r}{near(label, LABELS)}")


_CHECKS = {"faults": _check_fault, "renamed": _check_renamed, "moved": _check_moved}
