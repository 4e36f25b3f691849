"""Conditions on results that a user writes: `max_drawdown > -20 and (delta < 30 or not profit_target == 50)`.

Names are figures and parameters; a name with other characters than letters, digits, `_`, `.` and `@` stands in backquotes, text in
quotes. A result that lacks a figure satisfies no comparison with it, nor its opposite.
"""

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from oodaemon.analysis.candidates import Candidate
from oodaemon.model.tasks import METRICS
from oodaemon.model.values import Value

MAX_LENGTH = 1000
MAX_DEPTH = 30

Test = Callable[[Candidate], bool | None]
"""None where nobody can tell."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])%?"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_]\w*(?:@[\w-]+)?(?:\.\w+)*|`[^`]+`)"
    r"|(?P<sign><=|>=|==|!=|<|>|=|\(|\)))",
    re.ASCII,
)
_COMPARE: Mapping[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
_EQUALITY = frozenset({"=", "==", "!="})
_FLAGS: Mapping[str, bool] = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
_WORDS = frozenset({"and", "or", "not"})


class MalformedCondition(ValueError):
    """A condition that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read: the names it uses, and the test."""

    names: frozenset[str]
    test: Test

    def keeps(self, candidate: Candidate) -> bool:
        """Whether it surely holds for a candidate."""
        return self.test(candidate) is True

    def unknown(self, known: Iterable[str]) -> str:
        """A sentence about the first name that is not among the known ones; empty when all are."""
        options = sorted({*known, *METRICS})
        for name in sorted(self.names.difference(options)):
            near = difflib.get_close_matches(name, options, n=1)
            hint = f"did you mean {near[0]}?" if near else "text stands in quotes"
            return f"there is no figure or parameter {name!r}; {hint}"
        return ""


def read(text: str) -> Condition:
    """The condition that a text says; an empty one holds always. Raises MalformedCondition."""
    if len(text) > MAX_LENGTH:
        raise MalformedCondition(f"it has {len(text)} characters; at most {MAX_LENGTH} are read")
    if not text.strip():
        return Condition(frozenset(), lambda _: True)
    return _Parser(_tokens(text), text).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            rest = text[place:].strip()
            raise MalformedCondition(f"{rest.split()[0]!r} is neither a name, a number nor a comparison")
        assert match.lastgroup is not None
        word = match[match.lastgroup]
        kind = "word" if match.lastgroup == "name" and word.lower() in _WORDS else match.lastgroup
        found.append(_Token(kind, word, match.start(match.lastgroup)))
        place = match.end()
    return found


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens, self._text, self._place, self._depth = tokens, text, 0, 0
        self._names: set[str] = set()

    def whole(self) -> Condition:
        test = self._either()
        if (token := self._peek()) is not None:
            hint = "; join comparisons with and" if token.text in _COMPARE else ""
            raise self._wrong(token, f"is not expected here{hint}")
        return Condition(frozenset(self._names), test)

    def _peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self) -> _Token | None:
        token = self._peek()
        self._place += 1
        return token

    def _takes_word(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "word" or token.text.lower() != word:
            return False
        self._place += 1
        return True

    def _wrong(self, token: _Token | None, why: str) -> MalformedCondition:
        if token is None:
            return MalformedCondition(f"it ends where {why}")
        return MalformedCondition(f"{token.text!r} at character {token.place + 1} {why}")

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes_word("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else _any_of(tests)

    def _both(self) -> Test:
        tests = [self._denied()]
        while self._takes_word("and"):
            tests.append(self._denied())
        return tests[0] if len(tests) == 1 else _all_of(tests)

    def _denied(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MalformedCondition(f"it is nested more than {MAX_DEPTH} levels deep")
        test = _not(self._denied()) if self._takes_word("not") else self._atom()
        self._depth -= 1
        return test

    def _atom(self) -> Test:
        token = self._peek()
        if token is not None and token.text == "(" and token.kind == "sign":
            self._place += 1
            test = self._either()
            closing = self._take()
            if closing is None or closing.text != ")":
                raise self._wrong(closing, "a ) was expected" if closing is None else "stands where a ) was expected")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        left, sign = self._operand(), self._take()
        if sign is None or sign.kind != "sign" or sign.text not in _COMPARE:
            what = "a comparison such as > was expected"
            raise self._wrong(sign, what if sign is None else f"stands where {what}")
        right = self._operand()
        return _compare(left, sign.text, right)

    def _operand(self) -> _Token:
        token = self._take()
        if token is None or token.kind in ("sign", "word"):
            what = "a name or a number was expected"
            raise self._wrong(token, what if token is None else f"stands where {what}")
        if token.kind == "name":
            name = token.text.strip("`")
            if name.lower() not in _FLAGS:
                self._names.add(name)
            return _Token("name", name, token.place)
        return token


def _compare(left: _Token, sign: str, right: _Token) -> Test:
    compare, is_equality = _COMPARE[sign], sign in _EQUALITY
    get_left, get_right = _getter(left), _getter(right)

    def test(candidate: Candidate) -> bool | None:
        one, other = get_left(candidate), get_right(candidate)
        if one is None or other is None:
            return None
        if _kind(one) is not _kind(other) or (_kind(one) is bool and not is_equality):
            return None
        return compare(one, other)

    return test


def _kind(value: Value) -> type:
    if isinstance(value, bool):
        return bool
    return str if isinstance(value, str) else float


def _getter(token: _Token) -> Callable[[Candidate], Value | None]:
    if token.kind == "number":
        number = float(token.text)
        return lambda _: number
    if token.kind == "text":
        text = token.text[1:-1]
        return lambda _: text
    name = token.text

    def get(candidate: Candidate) -> Value | None:
        figure = candidate.figure(name)
        if figure is not None or name in METRICS:
            return figure
        return candidate.values.get(name, _FLAGS.get(name.lower()))

    return get


def _not(test: Test) -> Test:
    def denied(candidate: Candidate) -> bool | None:
        verdict = test(candidate)
        return None if verdict is None else not verdict

    return denied


def _all_of(tests: list[Test]) -> Test:
    def every(candidate: Candidate) -> bool | None:
        verdicts = [test(candidate) for test in tests]
        return False if False in verdicts else None if None in verdicts else True

    return every


def _any_of(tests: list[Test]) -> Test:
    def some(candidate: Candidate) -> bool | None:
        verdicts = [test(candidate) for test in tests]
        return True if True in verdicts else None if None in verdicts else False

    return some
