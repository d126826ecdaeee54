"""What a name says: a day, something to pass over, or what is wrong with it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.landing.zone.names import COMPRESSIONS, ENDINGS, day_of, is_passed_over, printable
from resources.landing.zone.wrong_names import complaint

pytestmark = pytest.mark.unit

DAYS = st.dates()
FILE_ENDINGS = [*ENDINGS, *(f"{ending}.{packed}" for ending in ENDINGS for packed in COMPRESSIONS)]
PASSED_OVER_ENDINGS = [
    *(".crc", ".md5", ".sha1", ".sha256", ".done", ".ok", ".success"),
    *(".part", ".partial", ".filepart", ".tmp", ".crdownload", "_$folder$"),
]


@st.composite
def cased(draw, names):
    """A name whose letters are in any case."""
    return "".join(draw(st.sampled_from((char.lower(), char.upper()))) for char in draw(names))


def spelled(day: date) -> st.SearchStrategy[str]:
    return st.sampled_from((f"{day:%Y%m%d}".zfill(8), day.isoformat()))


@given(data=st.data(), day=DAYS, ending=cased(st.sampled_from(FILE_ENDINGS)))
def test_a_day_with_a_known_ending_is_a_file_or_a_folder(data, day, ending):
    name = f"{data.draw(spelled(day))}{data.draw(st.sampled_from(('', '.snappy', '.part.0')))}.{ending}"
    assert day_of(name, is_folder=False) == day_of(name, is_folder=True) == day


@given(data=st.data(), day=DAYS)
def test_a_day_alone_is_a_folder(data, day):
    name = data.draw(spelled(day))
    assert day_of(name, is_folder=True) == day
    assert day_of(name, is_folder=False) is None


@given(key=st.text(min_size=1).filter(lambda key: "=" not in key), day=DAYS)
def test_a_key_with_a_day_is_a_folder(key, day):
    assert day_of(f"{key}={day.isoformat()}", is_folder=True) == day
    assert day_of(f"{key}={day.isoformat()}", is_folder=False) is None
    assert day_of(f"{key}={day.isoformat()}.json", is_folder=False) is None


@pytest.mark.parametrize(
    "name",
    [
        *("20220231.json", "2022-13-01.csv", "00000101.json", "20220402x.json", "202204020.csv", "2022-4-1.json"),
        *("20220401.json.zip", "20220401.parquet.lz4", "20220401 (1).json", "20220401-1.csv", "x20220401.json"),
        *("20220401.log", "20220401.", "20220401.gz", "2022_04_01.json", "٢٠٢٢٠٤٠١.json", "2022-0401.json", "json", ""),
    ],
)
def test_any_other_file_is_no_day(name):
    assert day_of(name, is_folder=False) is None


@pytest.mark.parametrize(
    "name",
    ["dt=20220401", "=2022-04-01", "dt=2022-04-31", "20220401.bak", "20220401 ", "2022", "2022-04", "a=b=2022-04-01"],
)
def test_any_other_folder_is_no_day(name):
    assert day_of(name, is_folder=True) is None


@given(stem=st.text(min_size=1), ending=cased(st.sampled_from(PASSED_OVER_ENDINGS)))
def test_companions_are_passed_over(stem, ending):
    assert is_passed_over(stem + ending)


@given(name=st.sampled_from(("_", ".")).flatmap(lambda first: st.text().map(lambda rest: first + rest)))
def test_hidden_names_are_passed_over(name):
    assert is_passed_over(name)


@pytest.mark.parametrize("name", ["manifest.json", "Thumbs.db", "desktop.ini", "20220402.done", "part_$folder$"])
def test_names_of_systems_are_passed_over(name):
    assert is_passed_over(name)


@given(data=st.data(), day=DAYS, ending=st.sampled_from(FILE_ENDINGS))
def test_a_days_file_is_never_passed_over(data, day, ending):
    assert not is_passed_over(f"{data.draw(spelled(day))}.{ending}")


@pytest.mark.parametrize(
    "name", ["part", "my_manifest.json", "crc", "tmp", "part.json", "done.csv", "a$folder$", "x.tmp.json"]
)
def test_what_only_looks_like_it_is_data(name):
    assert not is_passed_over(name)


@pytest.mark.parametrize(
    ("name", "is_folder", "wanted"),
    [
        ("log_content_20220405.json", False, "20220405.json"),
        ("20220406 (1).json", False, "20220406.json"),
        ("export-2022-04-07.CSV.GZ", False, "20220407.csv.gz"),
        ("2022_04_08.parquet", False, "20220408.parquet"),
        ("20220409", False, "20220409 with one of .json"),
        ("20220409.log", False, "20220409 with one of .json"),
        ("20220410.zip", False, "unpack it, and name it 20220410"),
        ("20220410.json.xz", False, "unpack it, and name it 20220410"),
        ("dt=20220411", True, "20220411"),
        ("20220412.bak", True, "20220412"),
        ("notes.txt", False, "YYYYMMDD"),
        ("99999999-x.json", False, "YYYYMMDD"),
        ("old", True, "YYYYMMDD"),
        ("20220431.json", False, "2022-04-31 is not a valid date"),
        ("dt=2022-02-29", True, "2022-02-29 is not a valid date"),
    ],
)
def test_what_is_wrong_says_which_name_it_should_have(name, is_folder, wanted):
    assert day_of(name, is_folder) is None
    assert wanted in complaint(name, is_folder)


@given(name=st.text(), is_folder=st.booleans())
def test_any_name_can_be_complained_about(name, is_folder):
    assert complaint(name, is_folder)


@given(name=st.text(st.characters(categories=None)))
def test_any_name_can_be_printed_on_one_line(name):
    shown = printable(name)
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
