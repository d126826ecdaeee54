"""How often a partition is made anew that an erasure overtakes, and what becomes of it in the end."""

import pytest

from c360_assets.contracts.erased_meanwhile import are_unchanged, made_anew
from resources.errors import ErasuresChanged, InputChanged

pytestmark = pytest.mark.unit


def overtaken(commit: int | None) -> ErasuresChanged:
    changed = ErasuresChanged("somebody was erased", "Run it again.")
    changed.commit = commit
    return changed


def test_the_files_of_every_commit_that_was_taken_back_go_until_one_stands() -> None:
    tried: list[bool] = []
    removed: list[list[int]] = []

    def make(is_last: bool) -> str:
        tried.append(is_last)
        if len(tried) < 3:
            raise overtaken(len(tried))
        return "made"

    assert made_anew(make, lambda commits: removed.append(list(commits))) == "made"
    assert (tried, removed) == ([False] * 3, [[1], [1, 2], [1, 2]])


def test_a_partition_that_is_overtaken_each_time_fails_in_the_end() -> None:
    tried: list[bool] = []

    def make(is_last: bool) -> str:
        tried.append(is_last)
        raise overtaken(len(tried))

    removed: list[int] = []
    with pytest.raises(ErasuresChanged):
        made_anew(make, lambda commits: removed.extend(commits))
    assert tried == [False] * 5 + [True]
    assert set(removed) == set(range(1, 7))


def test_what_was_never_committed_is_not_made_anew() -> None:
    with pytest.raises(ErasuresChanged):
        made_anew(lambda is_last: (_ for _ in ()).throw(overtaken(None)), lambda commits: pytest.fail("removed"))


def moved() -> bool:
    return False


def changed() -> bool:
    raise InputChanged("is gone")


@pytest.mark.parametrize("inputs", [moved, changed])
def test_inputs_that_moved_are_taken_for_an_erasure_only_where_there_is_one(inputs) -> None:
    with pytest.raises(ErasuresChanged):
        are_unchanged("a table", "a list", lambda: "a list", inputs, is_last=False)
    for before, is_last in (("", False), ("a list", True)):
        if inputs is moved:
            assert not are_unchanged("a table", before, lambda before=before: before, inputs, is_last)
        else:
            with pytest.raises(InputChanged, match="is gone"):
                are_unchanged("a table", before, lambda before=before: before, inputs, is_last)
