"""Thrift's compact protocol, as far as the headers of Parquet need it."""

from typing import Any

_MOST_ITEMS = 1_000_000
"""PyArrow does not accept longer lists either."""
_DEEPEST = 16
_LONGEST_NUMBER = 10
"""Bytes of a number of 64 bits."""

Struct = dict[int, Any]
"""The fields of a struct by their number. Maps and doubles, which no size depends on, are None."""


def struct_of(data: bytes) -> tuple[Struct, int]:
    """The struct that bytes begin with, and how many of them it takes. Raises ValueError if there is none."""
    reader = _Reader(data)
    try:
        return reader.struct(0), reader.place
    except IndexError:
        raise ValueError("a header ends early") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def struct(self, level: int) -> Struct:
        found: Struct = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._integer()
            found[number] = self._value(head & 15, level)
        return found

    def _value(self, kind: int, level: int) -> Any:
        if level > _DEEPEST:
            raise ValueError("a header is nested too deeply")
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 8:
            return self._bytes(self._number())
        if kind == 12:
            return self.struct(level + 1)
        if kind in (9, 10):
            return self._list(level)
        if kind == 11:
            return self._map(level)
        if kind in (7, 13):
            self._bytes(8 if kind == 7 else 16)
            return None
        raise ValueError("a header has a value of no known type")

    def _list(self, level: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._number()
        if count > _MOST_ITEMS:
            raise ValueError("a header has too many items")
        kind = head & 15
        return [self._item(kind, level) for _ in range(count)]

    def _map(self, level: int) -> None:
        count = self._number()
        if count > _MOST_ITEMS:
            raise ValueError("a header has too many items")
        kinds = self._byte() if count else 0
        for _ in range(count):
            self._item(kinds >> 4, level)
            self._item(kinds & 15, level)

    def _item(self, kind: int, level: int) -> Any:
        """A value of a list or map, where a truth value takes a byte."""
        return self._byte() == 1 if kind in (1, 2) else self._value(kind, level + 1)

    def _byte(self) -> int:
        found = self._data[self.place]
        self.place += 1
        return found

    def _number(self) -> int:
        found = 0
        for place in range(_LONGEST_NUMBER):
            byte = self._byte()
            found |= (byte & 127) << (7 * place)
            if byte < 128:
                return found
        raise ValueError("a header has a number that is too long")

    def _integer(self) -> int:
        number = self._number()
        return (number >> 1) ^ -(number & 1)

    def _bytes(self, count: int) -> bytes:
        end = self.place + count
        if end > len(self._data):
            raise IndexError
        found = self._data[self.place : end]
        self.place = end
        return found
