"""Conditions of audiences: a small part of SQL, read strictly, that each engine understands alike.

A condition is read into tokens and checked against a grammar; it goes to the engine as the same tokens. What its columns
are is given: the reference data know no table.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Kind = str
"""Of a value: number, text, boolean or date."""
KIND_OF_TYPE: Mapping[str, Kind] = {
    "string": "text", "bigint": "number", "int": "number", "double": "number", "boolean": "boolean", "date": "date",
}  # fmt: skip

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?)
        | (?P<text>'[^'\\]*')
        | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
        | (?P<sign><>|!=|<=|>=|[=<>+\-*(),])
    )""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE"})
_COMPARISONS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_DEEPEST = 50
_MOST_TOKENS = 1000
"""Engines read a chain of operators as deeply nested, and run out of their stack."""


class BadCondition(ValueError):
    """A condition that can't be used; its text says why."""


@dataclass(frozen=True)
class _Token:
    sort: str
    text: str


class _Parser:
    """Reads a condition, by recursive descent. Each method returns the kind of the value that it has read."""

    def __init__(self, text: str, columns: Mapping[str, Kind]) -> None:
        self._tokens, self._columns = _tokens(text), columns
        self._place = self._depth = 0
        if len(self._tokens) > _MOST_TOKENS:
            raise BadCondition("it is too long")

    def read(self) -> None:
        """The whole text, as one condition."""
        self._boolean(self._either())
        if self._next() is not None:
            raise BadCondition(f"{self._shown()} is not expected here")

    def _either(self) -> Kind:
        kind = self._all()
        while self._take("OR"):
            self._boolean(kind)
            self._boolean(self._all())
        return kind

    def _all(self) -> Kind:
        kind = self._not()
        while self._take("AND"):
            self._boolean(kind)
            self._boolean(self._not())
        return kind

    def _not(self) -> Kind:
        if self._take("NOT"):
            self._boolean(self._deeper(self._not))
            return "boolean"
        return self._comparison()

    def _comparison(self) -> Kind:
        kind = self._sum()
        if self._take("IS"):
            self._take("NOT")
            self._expect("NULL")
            return "boolean"
        negated = self._take("NOT")
        if self._take("IN"):
            self._expect("(")
            self._same(kind, self._literal())
            while self._take(","):
                self._same(kind, self._literal())
            self._expect(")")
            return "boolean"
        if self._take("BETWEEN"):
            self._same(kind, self._sum())
            self._expect("AND")
            self._same(kind, self._sum())
            return "boolean"
        if negated:
            raise BadCondition("NOT may only come before IN, BETWEEN or a condition")
        token = self._next()
        if token is not None and token.text in _COMPARISONS:
            self._place += 1
            self._same(kind, self._sum())
            return "boolean"
        return kind

    def _sum(self) -> Kind:
        kind = self._product()
        while self._take("+") or self._take("-"):
            self._number(kind)
            self._number(self._product())
        return kind

    def _product(self) -> Kind:
        kind = self._value()
        while self._take("*"):
            self._number(kind)
            self._number(self._value())
        return kind

    def _value(self) -> Kind:
        if self._take("-"):
            self._number(self._deeper(self._value))
            return "number"
        if self._take("("):
            kind = self._deeper(self._either)
            self._expect(")")
            return kind
        token = self._next()
        if token is not None and token.sort == "word" and token.text.upper() not in _KEYWORDS:
            return self._column()
        return self._literal()

    def _column(self) -> Kind:
        name = self._tokens[self._place].text
        self._place += 1
        following = self._next()
        if following is not None and following.text == "(":
            raise BadCondition(f"functions such as {name} are not understood")
        if name not in self._columns:
            raise BadCondition(f"there is no column {name}")
        return self._columns[name]

    def _literal(self) -> Kind:
        token = self._next()
        if token is None:
            raise BadCondition("it ends too early")
        self._place += 1
        if token.sort in ("number", "text"):
            return token.sort
        if token.text.upper() in ("TRUE", "FALSE"):
            return "boolean"
        self._place -= 1
        raise BadCondition(f"{self._shown()} is not expected here")

    def _deeper(self, read: Callable[[], Kind]) -> Kind:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadCondition("it is nested too deeply")
        kind = read()
        self._depth -= 1
        return kind

    def _next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, text: str) -> bool:
        token = self._next()
        found = token is not None and token.sort in ("word", "sign") and token.text.upper() == text
        self._place += found
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise BadCondition(f"{text} is missing before {self._shown()}")

    def _shown(self) -> str:
        token = self._next()
        return "the end" if token is None else token.text

    def _same(self, kind: Kind, other: Kind) -> None:
        """Two values can be compared: they are of one kind."""
        if kind != other:
            raise BadCondition(f"a {kind} is compared with a {other}")

    @staticmethod
    def _boolean(kind: Kind) -> None:
        if kind != "boolean":
            raise BadCondition(f"a {kind} is used where a condition is needed")

    @staticmethod
    def _number(kind: Kind) -> None:
        if kind != "number":
            raise BadCondition(f"a {kind} is used where a number is needed")


def check_condition(text: str, columns: Mapping[str, Kind]) -> None:
    """Raises BadCondition unless a text is a condition over these columns."""
    _Parser(text, columns).read()


def as_sql(text: str, columns: Mapping[str, Kind]) -> str:
    """A condition as the engines are given it: all numbers are doubles.

    Products of whole numbers can be too large for their type: then one engine goes on with a wrong number, and another
    fails. Doubles are exact up to 2^53, and the same in each engine.
    """
    return " ".join(_as_sql(token, columns) for token in _tokens(text))


def _as_sql(token: _Token, columns: Mapping[str, Kind]) -> str:
    if token.sort == "number":
        return f"cast('{token.text}' as double)"
    is_number = token.sort == "word" and columns.get(token.text) == "number"
    return f"cast({token.text} as double)" if is_number else token.text


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise BadCondition(f"character {place + 1} is not understood")
        found.append(_Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found
