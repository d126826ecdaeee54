"""`monitors.toml`: what comes with the package, and what is refused with file and line."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from c360_assets.checks import MONITORS
from c360_assets.reference.model import load_reference
from c360_assets.reference.monitors import RAW_TABLES, SHARES, MonitorLimits, monitor_limits
from resources.errors import BadReference
from resources.settings import REFERENCE
from tests.strategies import write_reference

pytestmark = pytest.mark.unit

PATH = Path("reference/monitors.toml")
TEXT = (REFERENCE / PATH.name).read_text()


def limits(text: str) -> MonitorLimits:
    return monitor_limits(PATH, {PATH.name: text.encode()})


def test_every_limit_is_that_of_a_monitor():
    assert set(SHARES) | {"usual_row_count", "no_conflicts", "links_kept"} <= {monitor.name for monitor in MONITORS}
    assert set(RAW_TABLES) == {monitor.table.name for monitor in MONITORS if monitor.name == "usual_row_count"}


def test_no_table_depends_on_it(tmp_path):
    folder = write_reference(tmp_path)
    absent = load_reference(folder)
    (folder / PATH.name).write_text(TEXT.replace("days = 7", "days = 28"))
    present = load_reference(folder)
    assert absent.monitors == load_reference(REFERENCE).monitors
    assert (absent.monitors.days, present.monitors.days) == (7, 28)
    assert absent.fingerprints == present.fingerprints


def test_norms_may_begin_on_a_day():
    assert limits(TEXT.replace("# since = 2022-05-01", "since = 2022-05-01")).since == date(2022, 5, 1)


def test_a_file_of_an_earlier_release_has_no_limit_of_links():
    earlier = TEXT[: TEXT.index("[links_kept]")]
    assert limits(earlier) == limits(TEXT)
    assert limits(f'{earlier}[links_kept]\nleast = "1/2"\n').links_least == Fraction(1, 2)


WRONG = {
    "missing": ("first_days = 3\n", "", "first_days of [norm]: is missing"),
    "unknown": ("first_days = 3", "first_days = 3\nlast_days = 3", "last_days of [norm]: is not a limit"),
    "no whole number": ("days = 7", "days = 7.5", "7.5 is not a whole number"),
    "none": ("days = 7", "days = 0", "0 is not a whole number of 1 or more"),
    "more than all": ("first_days = 3", "first_days = 8", "8 is more than the 7"),
    "no fraction": ('least = "1/3"', "least = 0.3", "0.3 is not a fraction"),
    "no fraction of links": ('before.\nleast = "1/3"', "before.\nleast = true", "True is not a fraction"),
    "over 1": ('least = "1/3"', 'least = "4/3"', "4/3 is more than 1"),
    "fraction of too many digits": ('least = "1/3"', f'least = "1/1{"0" * 5000}"', "is not a fraction"),
    "too many days": ("days = 7", "days = 1000001", "1000001 is more than 1000000"),
    "more than a float": ("times = 3.0", f"times = {10**400}", "is not a number of 0 or more"),
    "share over 1": ("first_max = 0.5", "first_max = 1.5", "1.5 is not a number from 0 to 1"),
    "not finite": ("times = 3.0", "times = inf", "inf is not a number of 0 or more"),
    "true": ("rows_min = 1000", "rows_min = true", "True is not a whole number"),
    "bounds": ("first_min = 1", "first_min = 200_000_000", "100000000 is not a whole number of 200000000 or more"),
    "text": ("# since = 2022-05-01", 'since = "2022-05-01"', "'2022-05-01' is not a day"),
    "time": ("# since = 2022-05-01", "since = 2022-05-01T00:00:00", "is not a day"),
}


@pytest.mark.parametrize("number", ["9" * 5000, f"0x{'f' * 4000}"])
def test_a_number_that_is_too_long_to_be_shown_is_refused(number):
    with pytest.raises(BadReference, match="a number has too many digits"):
        limits(TEXT.replace("days = 7", f"days = {number}"))


@pytest.mark.parametrize(("good", "wrong", "what"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named_with_its_line(good, wrong, what):
    assert good in TEXT
    text = TEXT.replace(good, wrong, 1)
    with pytest.raises(BadReference) as raised:
        limits(text)
    assert what in str(raised.value)
    assert raised.value.where.line
    assert raised.value.remedy
