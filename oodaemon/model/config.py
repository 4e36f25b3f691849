"""What a result page says about its backtest: the underlying, the dates, the legs and every line of its configuration cards."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ConfigLeg:
    """One leg. Words are empty and numbers None where the page does not say them.

    `side` is sell or buy, `right` call or put; `value` chooses the strike in `unit` (Δ, %, $ or ±); `dte` is in days.
    """

    side: str = ""
    right: str = ""
    quantity: float | None = None
    value: float | None = None
    unit: str = ""
    dte: float | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One line of a card; `name`, `number` and `unit` only where it says one thing with one number, as `Stop Loss: 185%` does."""

    text: str
    name: str = ""
    number: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ConfigCard:
    """One card of lines; `group` is the leg group of a title such as `Exit - Calls`."""

    title: str
    group: str = ""
    lines: tuple[ConfigLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TestConfig:
    """The configuration cards of one result; dates in ISO 8601, empty where the page does not say them."""

    __test__ = False

    underlying: str = ""
    start_date: str = ""
    end_date: str = ""
    legs: tuple[ConfigLeg, ...] = ()
    cards: tuple[ConfigCard, ...] = ()


def to_json(config: TestConfig) -> dict[str, Any]:
    """The record as JSON; what is not known is left out."""
    found = asdict(config)
    found["legs"] = [_known(leg) for leg in found["legs"]]
    found["cards"] = [{**_known(card), "lines": [_known(line) for line in card["lines"]]} for card in found["cards"]]
    return _known(found)


def from_json(found: Mapping[str, Any]) -> TestConfig:
    """The record behind `to_json`; an empty one for an empty mapping."""
    return TestConfig(
        underlying=found.get("underlying", ""),
        start_date=found.get("start_date", ""),
        end_date=found.get("end_date", ""),
        legs=tuple(ConfigLeg(**leg) for leg in found.get("legs", ())),
        cards=tuple(
            ConfigCard(card.get("title", ""), card.get("group", ""), tuple(ConfigLine(**line) for line in card.get("lines", ())))
            for card in found.get("cards", ())
        ),
    )


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in ("", None, (), [])}
