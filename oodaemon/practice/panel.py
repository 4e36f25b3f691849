"""The New Backtest panel: every field, what a fresh panel holds, and the description the page draws it from."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from oodaemon.practice.entry_fields import entry_fields
from oodaemon.practice.exit_fields import exit_fields
from oodaemon.practice.fields import LEG_UNITS, PATTERNS, SECTIONS, Field

FIELDS: tuple[Field, ...] = (*entry_fields(), *exit_fields())
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
# What older versions of the site call a field, or that they do not have it.
VERSIONS: Mapping[str, Mapping[str, str | None]] = {
    "2022": {"max_open": "Max Open Trades", "early_exit_days": "Early Exit Date", "use_time_actions": None, "time_actions": None},
    "2025": {"max_open": "Max Open Trades", "use_time_actions": None, "time_actions": None},
    "2026": {},
}
LABELS = frozenset(field.label for field in FIELDS if field.label)

# What the listbox "Common Strategies" fills in: side, right, quantity, value, unit, linked to the leg before it.
STRATEGIES: Mapping[str, tuple[tuple[str, str, int, str, str, bool], ...]] = {
    "Butterfly": (
        ("Buy", "Put", 1, "50", "Δ", False),
        ("Sell", "Put", 2, "-25", "±", True),
        ("Buy", "Put", 1, "-50", "±", True),
    ),
    "Calendar": (("Sell", "Put", 1, "50", "Δ", False), ("Buy", "Put", 1, "0", "±", True)),
    "Double Calendar": (
        ("Sell", "Put", 1, "30", "Δ", False),
        ("Buy", "Put", 1, "0", "±", True),
        ("Sell", "Call", 1, "30", "Δ", False),
        ("Buy", "Call", 1, "0", "±", True),
    ),
    "Iron Condor": (
        ("Sell", "Put", 1, "15", "Δ", False),
        ("Buy", "Put", 1, "-50", "±", True),
        ("Sell", "Call", 1, "15", "Δ", False),
        ("Buy", "Call", 1, "50", "±", True),
    ),
    "Iron Fly": (
        ("Sell", "Put", 1, "50", "Δ", False),
        ("Buy", "Put", 1, "-50", "±", True),
        ("Sell", "Call", 1, "50", "Δ", False),
        ("Buy", "Call", 1, "50", "±", True),
    ),
    "Jade Lizard": (
        ("Sell", "Put", 1, "20", "Δ", False),
        ("Sell", "Call", 1, "30", "Δ", False),
        ("Buy", "Call", 1, "25", "±", True),
    ),
    "Long Call": (("Buy", "Call", 1, "30", "Δ", False),),
    "Long Call Spread": (("Buy", "Call", 1, "50", "Δ", False), ("Sell", "Call", 1, "25", "±", True)),
    "Long Put": (("Buy", "Put", 1, "30", "Δ", False),),
    "Long Put Spread": (("Buy", "Put", 1, "50", "Δ", False), ("Sell", "Put", 1, "-25", "±", True)),
    "Ratio Spread": (("Buy", "Put", 1, "40", "Δ", False), ("Sell", "Put", 2, "-25", "±", True)),
    "Short Call": (("Sell", "Call", 1, "30", "Δ", False),),
    "Short Call Spread": (("Sell", "Call", 1, "30", "Δ", False), ("Buy", "Call", 1, "25", "±", True)),
    "Short Put": (("Sell", "Put", 1, "30", "Δ", False),),
    "Short Put Spread": (("Sell", "Put", 1, "30", "Δ", False), ("Buy", "Put", 1, "-25", "±", True)),
    "Short Straddle": (("Sell", "Put", 1, "50", "Δ", False), ("Sell", "Call", 1, "50", "Δ", False)),
    "Short Strangle": (("Sell", "Put", 1, "15", "Δ", False), ("Sell", "Call", 1, "15", "Δ", False)),
}


GROUPED = ("Profit & Loss", "Exit Conditions")  # the sections that leg groups have of their own


def default_state() -> dict[str, object]:
    """What a panel opened for a new test holds, except its dates and legs."""
    state: dict[str, object] = {}
    for field in FIELDS:
        if field.kind == "rows":
            state[field.key] = ""
            continue
        state[field.key] = field.on if field.kind in ("toggle", "inline") else field.default
        if field.kind == "inline":
            state[f"{field.key}_value"] = field.default
        if field.units:
            state[f"{field.key}_unit"] = field.units[0][0]
    return state


def schema(
    *, version: str = "2026", renamed: Mapping[str, str] | None = None, moved: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The panel as the page's script reads it: in one version of the site, with labels that read otherwise, with fields
    that stand in another section (at its end)."""
    return {
        "sections": list(SECTIONS),
        "fields": list(_rows(VERSIONS[version], renamed or {}, moved or {})),
        "patterns": dict(PATTERNS),
        "leg_units": [list(unit) for unit in LEG_UNITS],
        "strategies": {name: [list(leg) for leg in legs] for name, legs in STRATEGIES.items()},
        "blank": {**default_state(), "groups": [], **{field.key: [] for field in FIELDS if field.kind == "rows"}},
        "grouped": list(GROUPED),
    }


def _rows(version: Mapping[str, str | None], renamed: Mapping[str, str], moved: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for field in FIELDS:
        if (label := version.get(field.key, field.label)) is not None:
            names = {"label": renamed.get(field.label, label), "section": moved.get(field.label, field.section)}
            yield {**asdict(field), **names, "home": field.section}
