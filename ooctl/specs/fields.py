"""Reads the fields of a described run one by one, each named by its path, and knows which were not asked for."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


class Fields:
    """A mapping at a path. Every method raises ClientError (USAGE) that names the field; `done` refuses what nobody asked for."""

    def __init__(self, content: object, path: str) -> None:
        self.path = path
        if not isinstance(content, dict):
            raise wrong(path, "must hold fields, NAME: VALUE")
        self._content: dict[str, Any] = content
        self._asked: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._content

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def names(self) -> list[str]:
        """All of them, in the order of the file."""
        return list(self._content)

    def raw(self, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
        """As it stands; None when it is not there."""
        self._asked.add(name)
        return self._content.get(name)

    def one_of(self, *names: str) -> str:
        """The first of some names of one thing that is there; empty when none is. Two of them are refused."""
        self._asked.update(names)
        found = [name for name in names if name in self._content]
        if len(found) > 1:
            raise wrong(self.at(found[1]), f"says the same as {found[0]}; leave one out")
        return found[0] if found else ""

    def text(self, *names: str) -> str:
        """The text of the one that is there; empty when none is."""
        name = self.one_of(*names)
        return as_text(self._content[name], self.at(name)) if name else ""

    def number(self, *names: str) -> int | None:
        """A whole number; None when it is not there."""
        name = self.one_of(*names)
        if not name:
            return None
        text = as_text(self._content[name], self.at(name)).strip()
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
            raise wrong(self.at(name), f"{text!r} is no whole number")
        return int(text)

    def flag(self, name: str) -> bool:
        """True or false; false when it is not there."""
        text = self.text(name).strip().casefold()
        if text and text not in _YES + _NO:
            raise wrong(self.at(name), f"{text!r} is neither true nor false")
        return text in _YES

    def fields(self, name: str) -> Fields:
        """A mapping; an empty one when it is not there."""
        return Fields(self.raw(name) if name in self._content else {}, self.at(name))

    def items(self, *names: str) -> Iterator[tuple[Any, str]]:
        """The items of a list, each with its path; a single item stands for a list of it."""
        name = self.one_of(*names)
        if not name:
            return
        found = self._content[name]
        many: list[Any] = found if isinstance(found, list) else [found]
        for place, item in enumerate(many, start=1):
            yield item, self.at(f"{name}[{place}]" if isinstance(found, list) else name)

    def done(self) -> None:
        """Refuse the first field that nobody asked for, with what was probably meant."""
        for name in self._content:
            if name not in self._asked:
                near = get_close_matches(name, sorted(self._asked), n=1)
                advice = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._asked))}"
                raise wrong(self.at(name), f"is no field of it; {advice}")


def as_text(value: object, path: str) -> str:
    """A value that must be a text."""
    if not isinstance(value, str):
        raise wrong(path, "must be one value")
    return value


def texts(value: object, path: str) -> dict[str, str]:
    """A mapping of texts, such as options."""
    fields: Mapping[str, Any] = Fields(value, path)._content
    return {name: as_text(inner, f"{path}.{name}") for name, inner in fields.items()}


def wrong(path: str, clause: str) -> ClientError:
    """What is wrong with a field."""
    return ClientError(f"{path or 'the file'} {clause}", ExitStatus.USAGE)
