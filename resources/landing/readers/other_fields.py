"""`other_fields`: what a record has beyond the fields that have columns, as one JSON object of texts."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_TO_ESCAPE = r'["\\\x00-\x1f]'


def other_fields_text(members: Mapping[str, str | None]) -> str | None:
    """A JSON object of the members that are not null, ordered by name (code points); None if there are none.

    Names and values are text; without white space, and non-ASCII characters as they are.
    """
    filled = {name: members[name] for name in sorted(members) if members[name] is not None}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")) if filled else None


def other_fields_column(members: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """`other_fields_text` of many records: their members as columns of text by name."""
    filled = [(name, members[name]) for name in sorted(members) if members[name].null_count < rows]
    if not filled:
        return pa.nulls(rows, pa.string())
    pieces: list[Any] = []
    for name, values in filled:
        member = pc.binary_join_element_wise(f",{_quoted(name)}:", _all_quoted(values), "")
        pieces.append(pc.coalesce(member, "") if values.null_count else member)
    joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*pieces, ""), 1)
    text = pc.binary_join_element_wise("{", joined, "}", "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _all_quoted(values: pa.Array) -> pa.Array:
    """Texts as JSON; nulls stay null."""
    if not pc.any(pc.match_substring_regex(values, _TO_ESCAPE)).as_py():
        return pc.binary_join_element_wise('"', values, '"', "")
    return pa.array([None if value is None else _quoted(value) for value in values.to_pylist()], pa.string())
