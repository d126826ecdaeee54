"""The audiences, `audiences.toml`: a name, a description, and a condition over the columns of customer360."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from c360_assets.reference.conditions import BadCondition, Kind, check_condition
from c360_assets.reference.toml_file import TomlFile, line_of
from resources.errors import BadReference, Where

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Audience:
    """One audience. `where` says who is in it, `at` where that is written."""

    name: str
    description: str
    where: str
    at: Where

    def check(self, columns: Mapping[str, Kind]) -> None:
        """Raises BadReference unless the condition is one over these columns."""
        try:
            check_condition(self.where, columns)
        except BadCondition as error:
            raise BadReference(
                f"the audience {self.name} has a condition that can't be used: {error}",
                "Correct it; what conditions may hold is in docs/definitions/profile.md.",
                self.at,
            ) from None


class AudiencesFile(TomlFile):
    """Takes the audiences from `audiences.toml`."""

    kind = "an entry of an audience"

    def read(self) -> tuple[Audience, ...]:
        """All audiences, in the order of the file. Raises BadReference for the first thing that is wrong in it."""
        audiences = tuple(self._audience(name) for name in self._tables if name)
        self._expect_nothing_else()
        return audiences

    def _audience(self, name: str) -> Audience:
        if not _NAME.fullmatch(name):
            self._refuse(name, "description", "the name is not in lower-case letters, digits and _", "Rename it")
        return Audience(name, self._text_of(name, "description"), self._text_of(name, "where"), self._place(name))

    def _text_of(self, name: str, entry: str) -> str:
        text = self._take(name, entry)
        if not isinstance(text, str) or not text.strip():
            self._refuse(name, entry, "is not a text", "Write it in quotes")
        return str(text)

    def _place(self, name: str) -> Where:
        return Where(file=str(self._path), line=line_of(self._text, name, "where"))
