"""A run as it stands in the form, complete or not: read from the fields of a request, changed by the buttons of the form. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

MODES: Final = ("sweep", "grid", "list", "search", "staged")
USES: Final = ("vary", "fix")
STAGES: Final = 5
"""Stages the form offers."""
OBJECTIVES: Final = 2
MOST: Final = 40
"""Parameters of a form at most."""

_ROW: Final = re.compile(r"p\.(\d{1,3})\.name")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}(@[A-Za-z0-9_-]{1,40})?")

Get = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter of the form: what varies it (a range, or a list in `values`), or the one value it is fixed to."""

    name: str
    use: str = "vary"
    start: str = ""
    end: str = ""
    step: str = ""
    values: tuple[str, ...] = ()
    value: str = ""
    stage: int = 1
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The name without its label."""
        return self.name.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Goal:
    """A metric and `max`, `min` or nothing for its natural direction."""

    metric: str
    direction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything the form says; texts are as they were typed."""

    test: str = ""
    other_test: str = ""
    name: str = ""
    mode: str = "sweep"
    rows: tuple[Row, ...] = ()
    table: str = ""
    method: str = "tpe"
    budget: str = ""
    seed: str = ""
    constraints: str = ""
    goals: tuple[Goal, ...] = ()
    in_sample: str = ""
    out_of_sample: str = ""
    has_trades: bool = False
    has_charts: bool = False
    is_fresh: bool = False

    @property
    def reference(self) -> str:
        """The saved test that is meant; what was typed wins over what was chosen."""
        return self.other_test or self.test

    @property
    def has_goal(self) -> bool:
        """Whether the form asks what is best."""
        return self.mode in ("search", "staged") or bool(self.in_sample or self.out_of_sample)

    def with_parameter(self, name: str) -> "Draft":
        """One more parameter; a name that is used already gets a label of its own. Others than names are passed over."""
        if not _NAME.fullmatch(name) or len(self.rows) >= MOST:
            return self
        taken, called, number = {row.name for row in self.rows}, name, 2
        while called in taken:
            called, number = f"{name.partition('@')[0]}@{number}", number + 1
        is_second = self.mode == "sweep" and any(row.use == "vary" for row in self.rows)
        use = "fix" if self.mode == "list" or is_second else "vary"
        stage = max((row.stage for row in self.rows), default=0)
        return replace(self, rows=(*self.rows, Row(called, use=use, stage=min(stage + 1, STAGES) if self.mode == "staged" else 1)))

    def without(self, place: int) -> "Draft":
        """Without a parameter."""
        return replace(self, rows=tuple(row for number, row in enumerate(self.rows) if number != place))


def read(fields: Sequence[tuple[str, str]]) -> Draft:
    """The draft that the fields of a form describe; what is not there is empty, unknown fields are passed over."""
    texts = {name: value.strip() for name, value in fields}
    places = sorted({int(found[1]) for name in texts if (found := _ROW.fullmatch(name))})
    get = texts.get
    rows = tuple(row for place in places[:MOST] if (row := _row(f"p.{place}", fields, texts)) is not None)
    goals = (Goal(get(f"goal.{n}.metric", ""), get(f"goal.{n}.direction", "")) for n in range(OBJECTIVES))
    mode = get("mode", "sweep")
    return Draft(
        test=get("test", ""),
        other_test=get("other_test", ""),
        name=get("name", "")[:200],
        mode=mode if mode in MODES else "sweep",
        rows=rows,
        table=get("table", ""),
        method=get("method", "tpe"),
        budget=get("budget", ""),
        seed=get("seed", ""),
        constraints=get("constraints", ""),
        goals=tuple(goal for goal in goals if goal.metric),
        in_sample=get("in_sample", ""),
        out_of_sample=get("out_of_sample", ""),
        has_trades=bool(get("trades")),
        has_charts=bool(get("charts")),
        is_fresh=bool(get("fresh")),
    )


def _row(prefix: str, fields: Sequence[tuple[str, str]], texts: Mapping[str, str]) -> Row | None:
    name = texts[f"{prefix}.name"]
    if not _NAME.fullmatch(name):
        return None
    use, stage = texts.get(f"{prefix}.use", "vary"), texts.get(f"{prefix}.stage", "1")
    ticked = [value.strip() for key, value in fields if key == f"{prefix}.choice"]
    listed = [part.strip() for part in re.split(r"[,;\n]", texts.get(f"{prefix}.values", "")) if part.strip()]
    options = {
        key.removeprefix(f"{prefix}.opt."): value for key, value in texts.items() if key.startswith(f"{prefix}.opt.") and value
    }
    return Row(
        name,
        use=use if use in USES else "vary",
        start=texts.get(f"{prefix}.start", ""),
        end=texts.get(f"{prefix}.end", ""),
        step=texts.get(f"{prefix}.step", ""),
        values=tuple(ticked or listed),
        value=texts.get(f"{prefix}.value", ""),
        stage=int(stage) if stage.isdigit() and 1 <= int(stage) <= STAGES else 1,
        options=options,
    )
