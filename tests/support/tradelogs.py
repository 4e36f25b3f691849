"""A writer of trade logs in every variant the site has exported, from random positions that add up; knows nothing of the parser."""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st

CLASSIC = [
    "Date Opened",
    "Time Opened",
    "Opening Price",
    "Legs",
    "Premium",
    "Closing Price",
    "Date Closed",
    "Time Closed",
    "Avg. Closing Cost",
    "Reason For Close",
    "P/L",
    "No. of Contracts",
    "Funds at Close",
    "Margin Req.",
    "Strategy",
    "Opening Commissions + Fees",
    "Closing Commissions + Fees",
    "Opening Short/Long Ratio",
    "Closing Short/Long Ratio",
    "Gap",
    "Movement",
    "Max Profit",
    "Max Loss",
]
LIVE = [
    "Strategy",
    "Date Opened",
    "Time Opened",
    "Opening Price",
    "Legs",
    "Initial Premium",
    "No. of Contracts",
    "P/L",
    "Closing Price",
    "Date Closed",
    "Time Closed",
    "Avg. Closing Cost",
    "Reason For Close",
]
ON_PAGE = ["Opened On", "Opening Price", "Legs", "Premium", "Closing Price", "Closed On", "Closing Cost", "Reason for Close", "P/L"]
TEXTS = {"Date Opened", "Time Opened", "Legs", "Date Closed", "Time Closed", "Reason For Close", "Strategy", "Underlying"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@dataclass(frozen=True)
class Leg:
    """An option of a position; `quantity` counts all of its contracts."""

    quantity: int
    expires: datetime.date
    strike: Decimal
    right: str
    side: str
    price: Decimal

    def text(self) -> str:
        day = f"{MONTHS[self.expires.month - 1]} {self.expires.day}"
        return f"{self.quantity} {day} {self.strike} {self.right} {self.side} {self.price:.2f}"


@dataclass(frozen=True)
class Position:
    """A trade as it was: dollars per contract, and what follows from them."""

    opened: datetime.datetime
    closed: datetime.datetime
    legs: tuple[Leg, ...]
    premium: Decimal
    cost: Decimal
    contracts: int
    opening_fees: Decimal
    closing_fees: Decimal
    reason: str
    strategy: str
    price: Decimal
    funds: Decimal = Decimal(100_000)

    def pl(self, *, has_opening: bool = True, has_closing: bool = True) -> Decimal:
        fees = self.opening_fees * has_opening + self.closing_fees * has_closing
        return (self.premium - self.cost) * self.contracts - fees


@dataclass(frozen=True)
class Variant:
    """How a file looks. The defaults are the classic export."""

    kind: str = "backtest"
    has_vix: bool = False
    has_percent: bool = False
    has_underlying: bool = False
    has_days: bool = False
    gone: frozenset[str] = frozenset()
    extra: tuple[str, ...] = ()
    order: int = 0
    bom: bool = True
    newline: str = "\r\n"
    ends: bool = True
    quotes: bool = True
    case: str = "as it is"
    dates: str = "date and time"

    def columns(self) -> list[str]:
        """The header, in the order of the file."""
        if self.kind == "live":
            columns = [name for name in LIVE if self.dates == "date and time" or not name.startswith("Time")]
        elif self.kind == "on page":
            columns = list(ON_PAGE)
        else:
            columns = [name for name in CLASSIC if name not in self.gone]
            self._add(columns, self.has_vix, ["Opening VIX", "Closing VIX"], before="Gap")
            self._add(columns, self.has_percent, ["P/L %"], before="No. of Contracts")
            self._add(columns, self.has_underlying, ["Underlying"], before="Strategy")
            self._add(columns, self.has_days, ["Days in Trade"], before="Avg. Closing Cost")
        columns += self.extra
        turn = self.order % len(columns)
        return columns[turn:] + columns[:turn]

    @staticmethod
    def _add(columns: list[str], wanted: bool, names: list[str], *, before: str) -> None:
        if wanted:
            place = columns.index(before)
            columns[place:place] = names

    @property
    def has_opening(self) -> bool:
        return self.kind == "live" or "Opening Commissions + Fees" not in self.gone

    @property
    def has_closing(self) -> bool:
        return self.kind == "live" or "Closing Commissions + Fees" not in self.gone


@dataclass
class Log:
    """A file and what is in it."""

    positions: list[Position]
    variant: Variant
    names: dict[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        columns = self.variant.columns()
        header = ",".join(self._quoted(self._cased(name)) for name in columns)
        lines = [header, *(",".join(self._cell(position, name) for name in columns) for position in self.positions)]
        text = self.variant.newline.join(lines) + (self.variant.newline if self.variant.ends else "")
        return ("\ufeff" if self.variant.bom else "").encode() + text.encode()

    def _cased(self, name: str) -> str:
        return {"as it is": name, "upper": name.upper(), "lower": f" {name.lower()} "}[self.variant.case]

    def _quoted(self, text: str) -> str:
        return f'"{text}"' if self.variant.quotes or "," in text else text

    def _cell(self, position: Position, name: str) -> str:
        value = cell(position, name, self.variant)
        if isinstance(value, str):
            return self._quoted(value)
        return plain(value)


def plain(number: Decimal) -> str:
    """A number as a script writes it: no trailing zeros, no exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell(position: Position, name: str, variant: Variant) -> str | Decimal:
    """What stands in a column; text is quoted, a number is not."""
    if variant.kind == "on page":
        return _on_page(position, name)
    pl = position.pl(has_opening=variant.has_opening, has_closing=variant.has_closing)
    scale = Decimal(100) if variant.kind == "live" else Decimal(1)
    values: dict[str, str | Decimal] = {
        "Date Opened": _date(position.opened, variant),
        "Time Opened": f"{position.opened:%H:%M:%S}" + (".4109846" if variant.kind == "live" else ""),
        "Opening Price": position.price,
        "Legs": " | ".join(leg.text() for leg in position.legs),
        "Premium": position.premium,
        "Initial Premium": position.premium / scale,
        "Closing Price": position.price + Decimal("1.25"),
        "Date Closed": _date(position.closed, variant),
        "Time Closed": f"{position.closed:%H:%M:%S}",
        "Days in Trade": Decimal((position.closed.date() - position.opened.date()).days),
        "Avg. Closing Cost": -position.cost / scale if variant.kind == "live" else position.cost,
        "Reason For Close": position.reason,
        "P/L": pl,
        "P/L %": pl / (abs(position.premium) * position.contracts) * 100 if position.premium else "",
        "No. of Contracts": Decimal(position.contracts),
        "Funds at Close": position.funds,
        "Margin Req.": Decimal(7480),
        "Underlying": "SPX",
        "Strategy": position.strategy,
        "Opening Commissions + Fees": position.opening_fees,
        "Closing Commissions + Fees": position.closing_fees,
        "Opening Short/Long Ratio": Decimal("10.5"),
        "Closing Short/Long Ratio": Decimal("0.001"),
        "Opening VIX": Decimal("17.31"),
        "Closing VIX": Decimal("18.02"),
        "Gap": Decimal("-17.01"),
        "Movement": Decimal("4.73"),
        "Max Profit": Decimal("58.18"),
        "Max Loss": Decimal("-123.64"),
    }
    return values.get(name, f"something of {name}")


def _date(moment: datetime.datetime, variant: Variant) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.1234567" if variant.dates == "one moment" else f"{moment:%Y-%m-%d}"


def _on_page(position: Position, name: str) -> str:
    def moment(at: datetime.datetime) -> str:
        clock = f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"
        return f"{DAYS[at.weekday()]}, {MONTHS[at.month - 1]} {at.day}, {at.year} {clock}"

    dollars = round(position.pl())
    values = {
        "Opened On": moment(position.opened),
        "Opening Price": str(round(position.price)),
        "Legs": "\n".join(leg.text() + (" cr" if leg.side == "STO" else " db") for leg in position.legs),
        "Premium": f"{abs(position.premium) / 100:.2f} {'cr' if position.premium >= 0 else 'db'}",
        "Closing Price": str(round(position.price)),
        "Closed On": moment(position.closed),
        "Closing Cost": f"{abs(position.cost) / 100:.2f} {'db' if position.cost >= 0 else 'cr'}",
        "Reason for Close": position.reason,
        "P/L": f"{'-' if dollars < 0 else ''}${abs(dollars):,}",
    }
    return values[name]


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Dollars with cents."""
    return st.integers(low * 100, high * 100).map(lambda number: Decimal(number) / 100)


def legs(dice: random.Random, opened: datetime.date, contracts: int) -> tuple[Leg, ...]:
    """One to four legs that expire within ten months."""
    return tuple(
        Leg(
            quantity=dice.randint(1, 3) * contracts,
            expires=opened + datetime.timedelta(days=dice.choice([0, 0, 1, 7, 45, 300])),
            strike=Decimal(dice.choice(["6650", "6712.5", "27.5", "591", "0.5"])),
            right=dice.choice("CP"),
            side=dice.choice(["STO", "BTO"]),
            price=Decimal(dice.randint(0, 20_000)) / 100,
        )
        for _ in range(dice.randint(1, 4))
    )


@st.composite
def positions(draw: st.DrawFn, strategies: Sequence[str] = ("",)) -> Position:
    """A position whose figures follow from each other; closed the same day or weeks later, whole or in parts."""
    dice = random.Random(draw(st.integers(0, 2**16)))
    day = draw(st.dates(datetime.date(2013, 1, 2), datetime.date(2026, 11, 20)))
    opened = datetime.datetime.combine(day, datetime.time(dice.randint(9, 15), dice.randint(32, 59), dice.choice([0, 0, 41])))
    contracts = draw(st.integers(1, 60))
    parts = draw(st.sampled_from([1, 1, 1, 3, 7]))
    cost = draw(cents(-900, 900))
    return Position(
        opened=opened,
        closed=opened + datetime.timedelta(minutes=draw(st.integers(0, 60_000))),
        legs=legs(dice, opened.date(), contracts),
        premium=draw(cents(-900, 900)),
        cost=cost if parts == 1 else Decimal(str(float(cost) / parts)),
        contracts=contracts,
        opening_fees=contracts * draw(cents(0, 5)),
        closing_fees=contracts * draw(cents(0, 5)),
        reason=draw(st.sampled_from(["Expired", "Stop Loss", "Below Short/Long Ratio"])) if parts == 1 else "Multiple Reasons",
        strategy=draw(st.sampled_from(strategies)),
        price=Decimal(dice.randint(2000, 700_000)) / 100,
        funds=Decimal(dice.randint(0, 99_999_999)) / 100,
    )


GONE = st.sampled_from(
    [
        (),
        ("Opening Commissions + Fees", "Closing Commissions + Fees"),
        ("Closing Commissions + Fees",),
        ("Opening Short/Long Ratio", "Closing Short/Long Ratio"),
        ("Strategy",),
    ]
)
FLAGS = st.booleans()


def variants(kind: str = "backtest") -> st.SearchStrategy[Variant]:
    """Every combination of what may be there, and of how it may be written."""
    return st.builds(
        Variant,
        kind=st.just(kind),
        has_vix=FLAGS,
        has_percent=FLAGS,
        has_underlying=FLAGS if kind == "portfolio" else st.just(value=False),
        has_days=FLAGS,
        gone=st.lists(GONE, max_size=2).map(
            lambda some: frozenset(name for names in some for name in names if kind != "portfolio" or name != "Strategy")
        ),
        extra=st.sampled_from([(), (), ("Opening Delta", "Sentiment")]) if kind != "on page" else st.just(()),
        order=st.integers(0, 40),
        bom=FLAGS,
        newline=st.sampled_from(["\r\n", "\n"]),
        ends=FLAGS,
        quotes=FLAGS if kind != "on page" else st.just(value=True),
        case=st.sampled_from(["as it is", "upper", "lower"]),
        dates=st.sampled_from(["date and time", "one moment"]) if kind == "live" else st.just("date and time"),
    )
