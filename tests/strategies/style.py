"""How a file is written: the choices that leave what it holds as it is."""

from dataclasses import dataclass, replace

from .chooser import Chooser

CONTAINERS = ("lines", "array", "pretty", "concatenated", "answer", "sequence")
"""How the objects of a JSON text follow each other."""
ENVELOPES = ("_source", "_airbyte_data", "log", "message")
SPELLINGS = ("exact", "snake", "upper", "spaced", "kebab")
SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be")
LINE_ENDS = ("\n", "\r\n", "\r")
CODECS = ("snappy", "gzip", "zstd", "brotli", "lz4", "none")


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    container: str = "lines"
    envelope: str | None = None  # what the fields are wrapped in; in parquet a struct
    as_text: bool = False  # the envelope's fields as the text of a JSON object
    extended: bool = False  # numbers and ids as MongoDB writes them
    spelling: str = "exact"  # how the known fields' names are written
    encoding: str = "utf-8"
    line_end: str = "\n"
    last_line_end: bool = True
    ascii_only: bool = False  # JSON with every other character escaped
    nulls: bool = True  # JSON with null fields written out
    spaced: bool = False  # white space around CSV header names and in JSON
    separator: str = ","
    separator_line: bool = False
    quote_all: bool = False
    unnamed: int = 0  # empty columns without a name
    turned: int = 0  # by how many places the columns are rotated
    extra: bool = False  # a field nobody knows
    typed: bool = False  # parquet numbers as numbers, lists as lists
    codec: str = "snappy"


def draw_style(choose: Chooser, form: str, with_extra: bool = True) -> Style:
    """Any style that a file of the form (json, csv, parquet) can have."""
    style = Style(
        spelling=choose.pick((SPELLINGS[0],) * 6 + SPELLINGS),
        turned=choose.whole(0, 3),
        extra=with_extra and choose.odd(3),
    )
    if form == "parquet":
        return replace(style, **_wrapped(choose), typed=choose.odd(2), codec=choose.pick((CODECS[0],) * 4 + CODECS))
    style = replace(
        style,
        encoding=choose.pick((ENCODINGS[0],) * 4 + ENCODINGS),
        line_end=choose.pick((LINE_ENDS[0],) * 4 + LINE_ENDS),
        last_line_end=not choose.odd(4),
        spaced=choose.odd(4),
    )
    if form == "csv":
        return replace(
            style,
            separator=choose.pick((SEPARATORS[0],) * 3 + SEPARATORS),
            separator_line=choose.odd(6),
            quote_all=choose.odd(4),
            unnamed=choose.pick((0, 0, 0, 1, 2)),
        )
    return replace(
        style,
        **_wrapped(choose),
        container=choose.pick((CONTAINERS[0],) * 4 + CONTAINERS),
        extended=choose.odd(6),
        ascii_only=choose.odd(3),
        nulls=not choose.odd(3),
    )


def _wrapped(choose: Chooser) -> dict:
    if choose.odd(2):
        return {}
    return {"envelope": choose.pick((ENVELOPES[0],) * 4 + ENVELOPES), "as_text": choose.odd(5)}


def spelled(name: str, spelling: str) -> str:
    """A field's name in another spelling; those of a search engine stay."""
    if name.startswith("_") or spelling == "exact":
        return name
    if spelling == "upper":
        return name.upper()
    parts: list[str] = [""]
    for place, char in enumerate(name):
        if char.isupper() and place and not name[place - 1].isupper():
            parts.append("")
        parts[-1] += char
    joined = {"snake": "_", "spaced": " ", "kebab": "-"}[spelling].join(parts)
    return joined.lower() if spelling == "snake" else joined
