"""Readings of a raw day: which come after which, and when a raw table is older than what was made from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.contracts.raw_reads import is_earlier, succeeding
from resources.lake.provenance import Provenance
from tests.support.budget import examples

pytestmark = pytest.mark.unit


@given(versions=st.lists(st.sampled_from("ABC"), min_size=1, max_size=12), data=st.data())
@examples(50)
def test_a_copy_is_earlier_if_what_was_made_came_from_another_delivery_after_it(
    versions: list[str], data: st.DataObject
) -> None:
    """Whatever is delivered and when tables are made: only the same reading, or a later one, is as good."""
    history: list[Provenance] = []
    used: list[int] = []
    reads: set[str] = set()
    for place, version in enumerate(versions):
        history.append(succeeding(Provenance(version), (*history[-1:], *history[-2:-1]), reads))
        if data.draw(st.booleans()):
            reads, used = {history[-1].read_id}, [place]
    for place, copy in enumerate(history):
        is_older = bool(used) and place < used[0] and copy.read_id != history[used[0]].read_id
        assert is_earlier(copy, reads) == is_older


def test_the_same_delivery_read_again_is_the_same_reading() -> None:
    first = succeeding(Provenance("A"), (None, None), ())
    again = succeeding(Provenance("A"), (None, first), {first.read_id})
    assert (again.read_id, again.replaced) == (first.read_id, ())


def test_a_delivery_that_comes_back_after_another_one_is_another_reading() -> None:
    first = succeeding(Provenance("A"), (), ())
    second = succeeding(Provenance("B"), (first,), {first.read_id})
    back = succeeding(Provenance("A"), (second, first), {second.read_id})
    assert back.read_id not in (first.read_id, second.read_id)
    assert {*back.replaced} == {first.read_id, second.read_id}
    assert is_earlier(second, {back.read_id})


def test_what_nothing_tells_of_is_not_earlier() -> None:
    """As days that an earlier release has read."""
    assert not is_earlier(None, {"a"})
    assert not is_earlier(Provenance("A"), ())
    assert is_earlier(Provenance("A"), {"a"})
