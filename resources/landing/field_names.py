"""Which name in a file or record is which field: names are compared without case, `_`, `-` and spaces."""

from collections.abc import Iterable, Mapping

from resources.landing.layout import Layout
from resources.landing.process_cache import ProcessCache

_IGNORED = str.maketrans("", "", "_- ")


def folded_name(name: str) -> str:
    """A name as it is compared with others."""
    return name.translate(_IGNORED).casefold()


class FieldNames:
    """Finds the fields of a layout among the names of a record, a header or a schema.

    The exact spelling wins; otherwise the first name that equals it without case, `_`, `-` and spaces, or one of the
    other names that the reference data gives the field. A `document` field goes only by its exact name.
    """

    def __init__(self, layout: Layout) -> None:
        further = dict(layout.options.names)
        self._exact = {field for _, field in layout.fields}
        self._by_folded: dict[str, str] = {}
        for _, field in layout.fields:
            if field not in layout.document:
                for name in (field, *further.get(f"{layout.folder}.{field}", ())):
                    self._by_folded.setdefault(folded_name(name), field)

    def field_of(self, name: str) -> str | None:
        """The field that a name may stand for; None if it is unknown."""
        return name if name in self._exact else self._by_folded.get(folded_name(name))

    def find(self, names: Iterable[str]) -> Mapping[str, str]:
        """For each field that is there, its name among these names."""
        found: dict[str, str] = {}
        for name in names:
            field = self.field_of(name)
            if field is not None and (field not in found or name == field):
                found[field] = name
        return found


@ProcessCache
def field_names(layout: Layout) -> FieldNames:
    """The finder of a layout, made once."""
    return FieldNames(layout)
