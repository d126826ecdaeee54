"""What checks show of landed names."""

import pytest

from c360_assets.checks.evidence import shown_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["KPLUS", "FIMS_RES", "Region", "GIẢI TRÍ", "VOD2", "K+ 1.2.3", "a decade of cafés"])
def test_names_are_shown(name):
    assert shown_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "HNH579912",
        "0C96E62FC55C",
        "ABCDEFABCDEF",
        "an@example.org",
        "0912 345678",
        "0C:96:E6:2F:C5:5C",
        "0c-96-e6-2f-c5-5c",
        "0c96.e62f.c55c",
        "of 0C 96 E6 2F C5 5C, once",
        "AB:CD:EF:AB:CD:EF",
        "091 234 567",
        "+84 (0)91.2-34",
        "1, 2, 3, 4, 5, 6",
        "ＡＢＣＤＥ１２３４",
        "ABCDE１２34",
    ],
)
def test_what_may_be_an_id_is_not(name):
    assert shown_name(name) == name[:3] + "*" * (len(name) - 3)


def test_long_names_are_cut():
    assert len(shown_name("x" * 5000)) < 100


@pytest.mark.parametrize("name", ["", " ", "\u00a0"])
def test_a_column_without_a_name_can_be_read_about(name):
    assert shown_name(name) == "(no name)"


def test_a_name_that_may_be_an_id_is_short_too():
    assert len(shown_name("app1234" + "x@" * 5_000_000)) < 100
