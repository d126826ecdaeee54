"""Which records of a piece of a file are of erased customers, as its reader sees them."""

from collections.abc import Callable, Iterable

import pyarrow as pa

from resources.erasure.suppression import Suppression, count_names
from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.rewriting.beside_records import ids_beside_records
from resources.landing.rewriting.dictionaries import unnamed_texts

TEXTS = ("unparsed", "other_fields")
"""The columns in which an erased id is looked for as a word."""
_ONE_BY_ONE = 64


class ErasedRecords:
    """Finds the erased records among the rows of one source."""

    def __init__(self, layout: Layout, suppression: Suppression) -> None:
        self._kinds = [kind for _, kind in layout.erased_by]
        self._names = [*(name for name, _ in layout.erased_by), *TEXTS]
        self._layout, self._suppression = layout, suppression

    def of(self, batch: pa.RecordBatch) -> list[bool]:
        """For each row, whether it is erased."""
        columns = [batch.column(name).to_pylist() for name in self._names]
        return self._suppression.erased_records(self._kinds, columns)

    def is_named_in(self, text: str) -> bool:
        """Whether a text names an erased customer."""
        return self._suppression.is_named_in(text)

    def beside_records(self, split: FileSplit) -> int:
        """How often an erased id is found in a file outside its records."""
        return ids_beside_records(self._layout, split, self._suppression)

    def unnamed(self, split: FileSplit) -> int:
        """How often an erased id is found in the dictionaries of a parquet file, in texts that no row names."""
        if split.form != "parquet":
            return 0
        known = self._suppression.cached()
        with opened(split) as stream:
            return sum(count_names(text, known.is_name) for text in unnamed_texts(stream))

    def any(self, batches: Iterable[pa.RecordBatch]) -> bool:
        """Whether one of the rows is erased."""
        return any(any(self.of(batch)) for batch in batches)


def erased_places(count: int, has_erased: Callable[[int, int], bool], is_erased: Callable[[int], bool]) -> list[int]:
    """Which of a number of pieces hold an erased record. `has_erased(start, end)` says whether any in that range does.

    Few of them do: halves in which none does are not looked at again, and the last ones are asked one by one.
    """
    found: list[int] = []
    waiting = [(0, count)]
    while waiting:
        start, end = waiting.pop()
        if start < end and has_erased(start, end):
            if end - start <= _ONE_BY_ONE:
                found += [place for place in range(start, end) if is_erased(place)]
            else:
                middle = (start + end) // 2
                waiting += [(middle, end), (start, middle)]
    return found
