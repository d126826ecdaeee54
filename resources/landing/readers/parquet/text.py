"""Columns of a parquet file as text, whatever their types."""

import json
import uuid

import pyarrow as pa
import pyarrow.compute as pc

from resources.landing.readers.parquet.lists import as_list

_TO_ESCAPE = r'["\\\x00-\x1f]'
_MICROSECOND = 6
"""Digits of a fraction of a second."""
_PER_SECOND = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_NO_JSON_NUMBER = r"^-?(?:nan|inf)$"


def text_of(values: pa.Array, is_id: bool = False) -> pa.Array:
    """Values as text; nulls stay null. Numbers keep their value; whole floats of an id are whole numbers.

    Times have six digits of a fraction or none, and zoned ones are in UTC. A duration is a number of seconds. What is
    nested is JSON.
    """
    values = _plain(values)
    kind = values.type
    if pa.types.is_nested(kind):
        return pc.if_else(pc.is_null(values), pa.scalar(None, pa.string()), json_of(values))
    if pa.types.is_floating(kind):
        return _floats(values, is_id)
    if pa.types.is_decimal(kind):
        return _decimals(values)
    if pa.types.is_timestamp(kind):
        text = _with_fraction(values.cast(pa.timestamp(kind.unit)), kind.unit)
        return pc.binary_join_element_wise(text, "+00:00", "") if kind.tz else text
    if pa.types.is_time(kind):
        return _with_fraction(values, kind.unit)
    if pa.types.is_duration(kind):
        return _seconds(values.cast(pa.int64()), _PER_SECOND[kind.unit])
    if pa.types.is_binary(kind) or pa.types.is_string(kind):
        return _utf8(values)
    return values.cast(pa.string())


def json_of(values: pa.Array) -> pa.Array:
    """Values as JSON without white space, `null` for a null."""
    values = _plain(values)
    kind = values.type
    if pa.types.is_struct(kind):
        members = [(field.name, pc.struct_field(values, [place])) for place, field in enumerate(kind)]
        pieces = [pc.binary_join_element_wise(f"{quoted(name)}:", json_of(member), "") for name, member in members]
        inner = pc.binary_join_element_wise(*pieces, ",") if pieces else pa.array([""] * len(values), pa.string())
        text = pc.binary_join_element_wise("{", inner, "}", "")
    elif pa.types.is_map(kind):
        keys, items = _all_quoted(text_of(_own(values, values.keys))), json_of(_own(values, values.items))
        text = _joined("{", values, pc.binary_join_element_wise(pc.fill_null(keys, '""'), items, ":"), "}")
    elif pa.types.is_list(kind):
        text = _joined("[", values, json_of(_own(values, values.values)), "]")
    else:
        text = _json_of_single(values)
    return pc.if_else(pc.is_null(values), "null", text)


def quoted(text: str) -> str:
    """A text as JSON."""
    return json.dumps(text, ensure_ascii=False)


def _plain(values: pa.Array) -> pa.Array:
    """The same values in one of few types: dictionaries, extensions, views and the several kinds of lists are undone."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        storage = values.storage
        if kind.extension_name == "arrow.uuid":
            ids = [None if value is None else str(uuid.UUID(bytes=value)) for value in storage.to_pylist()]
            return pa.array(ids, pa.string())
        return _plain(storage)
    if pa.types.is_dictionary(kind):
        return _plain(values.dictionary_decode())
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind):
        return values.cast(pa.binary())
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return values.cast(pa.large_binary()).cast(pa.binary())
    return as_list(values)


def _own(values: pa.Array, items: pa.Array) -> pa.Array:
    """The items of these lists or maps alone: a slice of an array has those of all."""
    first, last = values.offsets[0].as_py(), values.offsets[len(values)].as_py()
    return items.slice(first, last - first)


def _joined(before: str, values: pa.Array, items: pa.Array, behind: str) -> pa.Array:
    """The items of each list or map in brackets."""
    offsets = pc.subtract(values.offsets, values.offsets[0])
    inner = pc.binary_join(pa.ListArray.from_arrays(offsets, items), ",")
    return pc.binary_join_element_wise(before, inner, behind, "")


def _json_of_single(values: pa.Array) -> pa.Array:
    kind = values.type
    text = text_of(values)
    if (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_duration(kind)
    ):
        return text
    if pa.types.is_floating(kind):
        return pc.if_else(pc.match_substring_regex(text, _NO_JSON_NUMBER), _all_quoted(text), text)
    return _all_quoted(text)


def _all_quoted(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, _TO_ESCAPE)).as_py():
        return pc.binary_join_element_wise('"', text, '"', "")
    return pa.array([None if value is None else quoted(value) for value in text.to_pylist()], pa.string())


def _floats(values: pa.Array, is_id: bool) -> pa.Array:
    if pa.types.is_float16(values.type):
        values = values.cast(pa.float32())
    text = values.cast(pa.string())
    if not is_id:
        return text
    whole = pc.fill_null(pc.and_(pc.is_finite(values), pc.equal(pc.floor(values), values)), False)
    if not pc.any(whole).as_py():
        return text
    numbers = [str(int(value)) for value in values.filter(whole).to_pylist()]
    return pc.replace_with_mask(text, whole, pa.array(numbers, pa.string()))


def _decimals(values: pa.Array) -> pa.Array:
    """Decimals with all their digits: some of few digits would be written with an exponent."""
    text = values.cast(pa.string())
    if not pc.any(pc.match_substring(text, "E")).as_py():
        return text
    return pa.array([None if value is None else f"{value:f}" for value in values.to_pylist()], pa.string())


def _with_fraction(values: pa.Array, unit: str) -> pa.Array:
    """Times with six digits of a fraction, or without one if it is zero."""
    text = values.cast(pa.string())
    digits = _PER_SECOND[unit]
    if digits == 0:
        return text
    kept = min(digits, _MICROSECOND)
    added = "0" * (_MICROSECOND - kept)
    text = pc.replace_substring_regex(text, rf"(\.[0-9]{{{kept}}})[0-9]*$", rf"\1{added}")
    return pc.replace_substring_regex(text, r"\.0{6}$", "")


def _seconds(counts: pa.Array, digits: int) -> pa.Array:
    """Counts of a part of a second as seconds, without zeros at the end."""
    scaled = 10**digits
    found: list[str | None] = []
    for count in counts.to_pylist():
        if count is None:
            found.append(None)
            continue
        seconds, part = divmod(abs(count), scaled)
        fraction = f".{part:0{digits}d}".rstrip("0") if part else ""
        found.append(f"{'-' if count < 0 else ''}{seconds}{fraction}")
    return pa.array(found, pa.string())


def _utf8(values: pa.Array) -> pa.Array:
    r"""Texts. Parquet does not make sure that they are any: bytes that are none become `\xnn`."""
    text = values.view(pa.string()) if pa.types.is_binary(values.type) else values
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        decoded = [
            None if value is None else value.decode(errors="backslashreplace")
            for value in values.cast(pa.binary()).to_pylist()
        ]
        return pa.array(decoded, pa.string())
    return text
