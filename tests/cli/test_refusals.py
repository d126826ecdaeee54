"""What commands say to words, settings and folders that they can't use: one sentence, and nothing is done."""

import pyarrow as pa
import pytest
from deltalake import write_deltalake

pytestmark = pytest.mark.unit

NOT_UNDERSTOOD = {
    "no such day": (["run", "--from", "2022-02-30"], "'2022-02-30' is not a valid day: write it as 2022-04-01."),
    "no day": (["run", "--to", "yesterday"], "'yesterday' is not a valid day: write it as 2022-04-01."),
    "month for a day": (["run", "--from", "2022-04"], "'2022-04' is not a valid day: write it as 2022-04-01."),
    "day to sample from": (
        ["sample", "--out", "x", "--days", "1", "--rows", "1", "--from", "1/4/22"],
        "is not a valid day",
    ),
    "wrong way round": (["run", "--from", "2022-04-03", "--to", "2022-04-01"], "is after --to 2022-04-01: swap them"),
    "no such month": (
        ["profile", "HNH579912", "--month", "2022-13"],
        "'2022-13' is not a valid month: write it as 2022-04.",
    ),
    "no month": (["profile", "HNH579912", "--month", "April"], "'April' is not a valid month: write it as 2022-04."),
    "no customer named": (["profile"], "CUSTOMER"),
    "unknown customer": (["profile", "HNH000000"], "No customer HNH000000"),
    "quote in a customer": (["profile", "o'brien"], "No customer o'brien"),
    "unknown customer in a month": (["profile", "X", "--month", "2022-04"], "No customer X in 2022-04"),
    "no audience named": (["export"], "AUDIENCE"),
    "unknown audience": (["export", "everyone"], "There is no audience 'everyone'. Use one of loyal,"),
    "quote in an audience": (["export", "o'brien"], "There is no audience"),
    "unknown column of an export": (["export", "loyal", "--columns", "taste,x"], "customer360 has no column 'x'."),
    "unknown format of an export": (["export", "loyal", "--format", "xml"], "xml"),
    "no month to export": (["export", "loyal", "--month", "April"], "'April' is not a valid month"),
    "no month to report": (["report", "--month", "April"], "'April' is not a valid month"),
    "a page and JSON": (["profile", "HNH579912", "--json", "--html"], "--json and --html exclude each other"),
    "no such customer's page": (["profile", "HNH000000", "--html"], "No customer HNH000000"),
    "months and rows": (["sample", "--out", "x", "--months", "2", "--rows", "9"], "leave out --rows"),
    "neither months nor rows": (["sample", "--out", "x", "--days", "2"], "Give --days and --rows, or --months."),
    "unknown format of an answer": (["sql", "-c", "SELECT 1", "--format", "xml"], "xml"),
    "unknown command": (["make"], "make"),
    "unknown option": (["run", "--everything"], "--everything"),
    "no days": (["sample", "--out", "x", "--days", "0", "--rows", "1"], "--days"),
    "no rows": (["sample", "--out", "x", "--days", "1", "--rows", "0"], "--rows"),
    "unknown form": (["sample", "--out", "x", "--days", "1", "--rows", "1", "--format", "xml"], "xml"),
    "no such table to keep up": (["upkeep", "clean"], "clean: no such table. There are raw_content"),
    "short retention": (["upkeep", "--retention", "100"], "Use 168 or more, or add --short."),
    "very short retention": (
        ["upkeep", "--retention", "1", "--short"],
        "or --alone, if nobody writes or reads the lake",
    ),
    "no version to restore": (["restore", "taste"], "--version"),
    "no table to restore": (["restore", "taste", "--version", "1"], "taste is not in"),
    "no such table to restore": (["restore", "clean", "--version", "1"], "clean: no such table."),
    "no such figure": (["explain", "HNH579912", "--figure", "wealth"], "wealth: no such figure. There are customer_id"),
    "no such table to compare": (["diff", "clean"], "clean: no such table. There are raw_content"),
    "no table to compare": (["diff", "taste"], "run `c360 run` first"),
    "no version to compare": (["diff", "taste", "--to", "-1"], "--to"),
    "no history": (["history", "taste"], "run `c360 run` first"),
    "nowhere to sample to": (["sample", "--days", "1", "--rows", "1"], "--out"),
}


def assert_one_sentence(told, status: int, words: str) -> None:
    assert (told.status, told.out) == (status, "")
    assert told.err.startswith("c360: ")
    assert words in told.err
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


@pytest.mark.parametrize(("words", "told"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD.keys())
def test_what_is_not_understood_is_one_sentence(c360, tmp_path, words, told):
    (tmp_path / "landing" / "log_content").mkdir(parents=True)
    assert_one_sentence(c360(*words), 2, told)


def test_an_argument_that_is_not_text_is_named(c360, tmp_path):
    profiles = {"customer_id": ["contract:HNH579912"], "user_id": ["0123456"], "month": ["2022-04-01"]}
    write_deltalake(str(tmp_path / "lake" / "customer360"), pa.table(profiles))
    assert_one_sentence(c360("profile", "HNH\udcff"), 2, "argument 2 is not text in UTF-8.")


def test_an_unknown_customer_can_not_be_explained(c360):
    assert_one_sentence(c360("explain", "HNH000000", "--month", "2022-04"), 1, "has no such customer in 2022-04")


SETTINGS = {
    "engine": ("C360_ENGINE", "foo", "C360_ENGINE is 'foo': use sail (the default) or spark."),
    "Spark's settings": (
        "C360_SPARK_CONFIG",
        "[]",
        'C360_SPARK_CONFIG is not a JSON object. Use {"spark.master": "…"}.',
    ),
    "first day": ("C360_FIRST_DAY", "2022-4-1", "C360_FIRST_DAY is '2022-4-1': use a day such as 2022-04-01."),
    "early first day": ("C360_FIRST_DAY", "0001-01-01", "C360_FIRST_DAY is '0001-01-01': use a day of 1900 or later."),
}


@pytest.mark.parametrize(
    "command", [["run"], ["status"], ["profile", "X"], ["export", "loyal"], ["sql", "-c", "SELECT 1"]], ids=" ".join
)
@pytest.mark.parametrize(("name", "value", "told"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_that_cannot_be_used_is_one_sentence(c360, monkeypatch, command, name, value, told):
    monkeypatch.setenv(name, value)
    assert_one_sentence(c360(*command), 2, told)


@pytest.mark.parametrize(
    "command",
    [["run"], ["status"], ["profile", "X"], ["export", "loyal"], ["sql", "-c", "SELECT 1"], ["upkeep"]],
    ids=" ".join,
)
@pytest.mark.parametrize("char", " %*[?#é")
def test_a_lake_that_would_lie_in_two_folders_is_refused(c360, tmp_path, command, char):
    root = tmp_path / f"a{char}b"
    (root / "landing" / "log_content").mkdir(parents=True)
    assert_one_sentence(
        c360(*command, root=root), 2, f"{root}/lake' (C360_LAKE, or its default below the project): its path can't"
    )
    assert [path.name for path in root.iterdir()] == ["landing"]


@pytest.mark.parametrize("command", ["run", "status"])
def test_no_landing_is_one_sentence(c360, tmp_path, command):
    assert_one_sentence(c360(command), 1, f"No landing folder at {tmp_path / 'landing'}. Set C360_LANDING")
    (tmp_path / "landing").mkdir()
    assert_one_sentence(c360(command), 1, "There is nothing in log_content, log_search, identity below")
    (tmp_path / "landing" / "log_content").mkdir()
    assert_one_sentence(c360(command), 1, "There is nothing in log_content, log_search, identity below")
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_lake_without_customers_has_nothing_to_export(c360, tmp_path):
    assert_one_sentence(c360("export", "loyal"), 1, "The lake holds no customers yet. Run `c360 run` first.")
    assert [*tmp_path.iterdir()] == []


def test_a_lake_without_customers_has_nothing_to_report(c360, tmp_path):
    assert_one_sentence(c360("report"), 1, "The lake holds no customers yet. Run `c360 run` first.")
    assert [*tmp_path.iterdir()] == []


def test_a_lake_without_tables_has_no_answer(c360, tmp_path):
    assert_one_sentence(c360("sql", "-c", "SELECT 1"), 1, "The lake holds no tables yet. Run `c360 run` first.")
    assert [*tmp_path.iterdir()] == []
