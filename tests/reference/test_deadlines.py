"""`deliveries.toml`: what is overdue when, and what is refused with file and line."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from c360_assets.reference.deadlines import Deadline, DeliveriesFile, deadlines
from c360_assets.reference.model import load_reference
from resources.errors import BadReference
from resources.settings import REFERENCE
from tests.strategies import write_reference

pytestmark = pytest.mark.unit

PATH = Path("reference/deliveries.toml")
TEXT = """[log_content]
due = "08:30"
time_zone = "Asia/Ho_Chi_Minh"
since = 2022-04-02
without = [2022-04-12]

[log_search]
due = "00:00"
"""
DAYS = [date(2022, 4, day) for day in range(1, 31)]


def read(text: str) -> dict[str, Deadline]:
    return DeliveriesFile(PATH, {PATH.name: text.encode()}).read()


def test_no_log_has_a_deadline_unless_set(tmp_path):
    assert dict(deadlines(REFERENCE)) == {}
    assert dict(deadlines(tmp_path)) == {}


def test_what_the_committed_file_proposes_can_be_used():
    text = (REFERENCE / PATH.name).read_text().partition("\n\n")[2]
    found = read("\n".join(line.removeprefix("# ") for line in text.splitlines()))
    assert set(found) == {"log_content", "log_search"}


def test_no_table_depends_on_it(tmp_path):
    folder = write_reference(tmp_path)
    absent = load_reference(folder)
    (folder / PATH.name).write_text(TEXT)
    present = load_reference(folder)
    assert (set(absent.deadlines), set(present.deadlines)) == (set(), {"log_content", "log_search"})
    assert absent.fingerprints == present.fingerprints


def test_a_day_is_overdue_from_its_moment_on_in_its_time_zone():
    deadline = read(TEXT)["log_content"]
    moment = datetime(2022, 4, 6, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    landed = DAYS[:4]
    assert deadline.overdue(landed, moment - timedelta(seconds=1)) == []
    assert deadline.overdue(landed, moment.astimezone(UTC)) == [date(2022, 4, 5)]
    assert deadline.overdue([*landed, date(2022, 4, 5)], moment) == []


def test_days_between_landed_ones_are_overdue_unless_nothing_is_to_land():
    deadline = read(TEXT)["log_content"]
    landed = [day for day in DAYS if day.day not in (1, 3, 12)]
    assert deadline.overdue(landed, datetime(2022, 5, 1, 9, tzinfo=UTC)) == [date(2022, 4, 3)]


def test_nothing_is_due_before_the_first_day():
    since, without = read(TEXT)["log_content"], read(TEXT)["log_search"]
    now = datetime(2022, 4, 4, 12, tzinfo=UTC)
    assert since.overdue([], now) == [date(2022, 4, 2), date(2022, 4, 3)]
    assert without.overdue([], now) == []
    assert without.overdue([date(2022, 4, 2)], now) == [date(2022, 4, 3)]


WRONG = {
    "time": ('due = "08:30"', "due = 08:30:00", "due of [log_content]: 08:30:00 is not a time", 2),
    "no time": ('due = "08:30"', 'due = "24:00"', "'24:00' is not a time", 2),
    "missing": ('due = "00:00"', "", "due of [log_search]: is missing", 7),
    "zone": ("Asia/Ho_Chi_Minh", "Asia/Nowhere", "'Asia/Nowhere' is not a time zone", 3),
    "zone outside": ("Asia/Ho_Chi_Minh", "../etc/passwd", "is not a time zone", 3),
    "zone of a number": ('"Asia/Ho_Chi_Minh"', "7", "7 is not a time zone", 3),
    "since": ("since = 2022-04-02", 'since = "2022-04-02"', "'2022-04-02' is not a day", 4),
    "one day": ("without = [2022-04-12]", "without = 2022-04-12", "2022-04-12 is not a list", 5),
    "no day": ("without = [2022-04-12]", "without = [12]", "12 is not a day", 5),
    "unknown": ("[log_search]", "[log_searches]", "due of [log_searches]: is not an entry", 8),
    "misspelt": ("since =", "from =", "from of [log_content]: is not an entry", 4),
}


@pytest.mark.parametrize(("right", "wrong", "text", "line"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_with_its_line(right, wrong, text, line):
    with pytest.raises(BadReference) as refused:
        read(TEXT.replace(right, wrong))
    assert text in str(refused.value)
    assert str(refused.value).startswith(f"{PATH}:{line}: ")
