"""A record that is no object or row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unparsed:
    """A record that did not parse, as it landed."""

    text: str
