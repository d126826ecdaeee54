"""Lists of the several kinds that Arrow has, as those of one kind."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_KINDS = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
    pa.types.is_list_view,
    pa.types.is_large_list_view,
)


def is_any_list(kind: pa.DataType) -> bool:
    """Whether a type is one of Arrow's kinds of lists."""
    return any(is_kind(kind) for is_kind in _KINDS)


def as_list(values: pa.Array) -> pa.Array:
    """Large lists, lists of one length and views of lists as plain lists; anything else as it is."""
    kind = values.type
    if pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return values.cast(pa.list_(kind.value_type))
    if not (pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind)):
        return values
    # Where a view has nulls, its cast loses items.
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    items = values.flatten()
    if len(items) != int(offsets[-1]):
        raise ValueError("a list has other items than its length says")
    return pa.ListArray.from_arrays(pa.array(offsets), items, pa.list_(kind.value_field), mask=pc.is_null(values))


def kind_without_views(kind: pa.DataType) -> pa.DataType:
    """A type with plain lists in place of views of lists, and of lists of them, at any depth."""
    inner = [kind.field(place) for place in range(kind.num_fields)]
    plain = [field.with_type(kind_without_views(field.type)) for field in inner]
    if plain == inner and not (pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind)):
        return kind
    if pa.types.is_struct(kind):
        return pa.struct(plain)
    return pa.map_(*plain[0].type) if pa.types.is_map(kind) else pa.list_(plain[0])


def without_views(values: pa.Array) -> pa.Array:
    """The same values in that type: few of PyArrow's functions take views."""
    kind = values.type
    if kind_without_views(kind) == kind:
        return values
    is_null = pc.is_null(values)
    if pa.types.is_struct(kind):
        members = [without_views(member) for member in values.flatten()]
        fields = [field.with_type(member.type) for field, member in zip(kind, members, strict=True)]
        return pa.StructArray.from_arrays(members, fields=fields, mask=is_null)
    lists = values if pa.types.is_map(kind) else as_list(values)
    first, last = lists.offsets[0].as_py(), lists.offsets[-1].as_py()
    parts = [lists.keys, lists.items] if pa.types.is_map(kind) else [lists.values]
    parts = [without_views(part.slice(first, last - first)) for part in parts]
    offsets = pc.subtract(lists.offsets, first)
    if pa.types.is_map(kind):
        return pa.MapArray.from_arrays(offsets, *parts, mask=is_null)
    return pa.ListArray.from_arrays(
        offsets, parts[0], pa.list_(kind.value_field.with_type(parts[0].type)), mask=is_null
    )
