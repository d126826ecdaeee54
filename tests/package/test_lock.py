"""The pinned packages: names, exact versions and markers only, for every supported Python."""

import re

import pytest

from tests.package.environments import LOCK
from tools.lock import lines, marker

EVERY = ["3.11", "3.12", "3.13"]

pytestmark = pytest.mark.unit


def test_the_lock_holds_names_versions_and_markers_only():
    pin = re.compile(r'[\w.-]+==[\w.+!]+( ; python_version (<|>=|==) "3\.\d+"( or python_version == "3\.\d+")*)?')
    pins = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(pins) > 100
    assert [line for line in pins if not pin.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (EVERY, ""),
        (["3.11"], ' ; python_version < "3.12"'),
        (["3.11", "3.12"], ' ; python_version < "3.13"'),
        (["3.13"], ' ; python_version >= "3.13"'),
        (["3.12"], ' ; python_version == "3.12"'),
        (["3.11", "3.13"], ' ; python_version == "3.11" or python_version == "3.13"'),
    ],
    ids=str,
)
def test_what_only_some_pythons_need_has_a_marker(versions, expected):
    assert marker(versions, EVERY) == expected


def test_each_pin_has_one_line_in_the_order_of_names():
    resolved = {"3.11": {"b": "1", "A": "2", "old": "1"}, "3.12": {"b": "1", "A": "2", "c": "3"}}
    assert lines(resolved) == ["A==2", "b==1", 'c==3 ; python_version >= "3.12"', 'old==1 ; python_version < "3.12"']
