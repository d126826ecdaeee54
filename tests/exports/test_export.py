"""`c360 export` over a lake: members, who entered and who left, the manifest, and what is refused."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.lake.contents import contents
from resources.lake.provenance import ProvenanceStore
from resources.settings import REFERENCE
from tests.support import small_landing as small
from tests.support.commands import Done
from tests.support.homes import Home
from tests.support.sampled import FIRST, SECOND
from tests.support.spoiling import materialize

pytestmark = pytest.mark.engine

PARTS = ("members", "entered", "left")
AUDIENCES = {audience.name: audience for audience in load_reference(REFERENCE).audiences}
C360 = Callable[..., Done]


def ids(home: Home, audience: str, month: date) -> set[str]:
    """Who is in an audience, as the table has it."""
    return {
        row["customer_id"]
        for row in home.rows("audience_members")
        if (row["audience"], row["month"]) == (audience, month)
    }


def exported(folder: Path) -> tuple[dict[str, list[dict[str, str]]], dict[str, Any]]:
    """The rows of each part of an export as CSV, and its manifest."""
    rows = {}
    for part in PARTS:
        with (folder / f"{part}.csv").open(newline="", encoding="utf-8") as file:
            rows[part] = [*csv.DictReader(file)]
    return rows, json.loads((folder / "manifest.json").read_text())


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(done: Done, out: Path, words: str, status: int = 1) -> None:
    """That a command ended with one sentence and wrote nothing."""
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert done.err.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_members_are_those_of_before_with_who_entered_and_without_who_left(
    c360: C360, made_once: Home, tmp_path: Path, audience: str
) -> None:
    done = c360("export", audience, "--out", str(tmp_path / "out"), root=made_once.root)
    assert (done.status, done.err) == (0, "")
    rows, manifest = exported(tmp_path / "out" / f"{audience}-2022-05")
    found = {part: [row["customer_id"] for row in rows[part]] for part in PARTS}
    now, then = ids(made_once, audience, SECOND), ids(made_once, audience, FIRST)
    assert found == {"members": sorted(now), "entered": sorted(now - then), "left": sorted(then - now)}
    assert manifest["counts"] == {
        "previous": len(then), "entered": len(now - then), "left": len(then - now), "members": len(now),
    }  # fmt: skip
    assert f"{len(now):,} members" in done.out
    assert manifest["rule"] == AUDIENCES[audience].where
    assert (manifest["month"], manifest["compared_with"]) == ("2022-05", "2022-04")


def test_the_lake_has_someone_who_enters_leaves_and_stays(made_once: Home) -> None:
    pairs = [(ids(made_once, name, FIRST), ids(made_once, name, SECOND)) for name in AUDIENCES]
    assert any(now - then for then, now in pairs)
    assert any(then - now for then, now in pairs)
    assert any(then & now for then, now in pairs)


def test_the_manifest_describes_the_files_and_what_they_were_made_from(
    c360: C360, made_once: Home, tmp_path: Path
) -> None:
    c360("export", "kids_households", "--out", str(tmp_path), root=made_once.root)
    folder = tmp_path / "kids_households-2022-05"
    rows, manifest = exported(folder)
    for part in PARTS:
        data = (folder / f"{part}.csv").read_bytes()
        described = {"rows": len(rows[part]), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        assert manifest["files"][f"{part}.csv"] == described
    assert len(manifest["files"]) == len(PARTS)
    provenances = ProvenanceStore(str(made_once.lake))
    made_from = {(one["table"], one["month"]): one for one in manifest["made_from"]}
    assert set(made_from) == {(t, f"{m:%Y-%m}") for t in ("customer360", "audience_members") for m in (FIRST, SECOND)}
    for (table, month), one in made_from.items():
        made = provenances.get(table, date.fromisoformat(f"{month}-01"))
        assert made is not None
        assert (one["data_version"], one["delta_version"]) == (made.data_version, made.commit)


def test_all_enter_in_a_month_without_one_before(c360: C360, made_once: Home, tmp_path: Path) -> None:
    words = ("export", "kids_households", "--month", "2022-04", "--out", str(tmp_path))
    done = c360(*words, root=made_once.root)
    assert "all count as entered" in done.out
    rows, manifest = exported(tmp_path / "kids_households-2022-04")
    assert rows["members"] == rows["entered"] != []
    assert (rows["left"], manifest["compared_with"], manifest["counts"]["previous"]) == ([], None, 0)


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_the_same_lake_gives_the_same_bytes(c360: C360, made_once: Home, tmp_path: Path, form: str) -> None:
    found = []
    for out in ("one", "one", "two"):
        words = ("export", "loyal", "--format", form, "--columns", "lift,taste,as_of", "--out", str(tmp_path / out))
        assert c360(*words, root=made_once.root).status == 0
        found.append(bytes_of(tmp_path / out / "loyal-2022-05"))
        assert [path.name for path in (tmp_path / out).iterdir()] == ["loyal-2022-05"]
    assert found[0] == found[1] == found[2]
    assert set(found[0]) == {"manifest.json", *(f"{part}.{form}" for part in PARTS)}


def test_all_columns_are_those_of_customer360(c360: C360, made_once: Home, tmp_path: Path) -> None:
    names = [column.name for column in TABLES["customer360"].all_columns]
    words = ("export", "loyal", "--format", "parquet", "--columns", ",".join(names), "--out", str(tmp_path))
    assert c360(*words, root=made_once.root).status == 0
    found = pq.read_table(tmp_path / "loyal-2022-05" / "members.parquet")
    members = ids(made_once, "loyal", SECOND)
    rows = [r for r in made_once.rows("customer360") if r["month"] == SECOND and r["customer_id"] in members]
    assert set(found.column_names) == set(names)
    assert found.select(names).to_pylist() == sorted(rows, key=lambda row: row["customer_id"])


def test_another_format_leaves_no_files_of_the_last(c360: C360, made_once: Home, tmp_path: Path) -> None:
    for form in ("csv", "json"):
        c360("export", "loyal", "--format", form, "--out", str(tmp_path), root=made_once.root)
    assert {path.suffix for path in (tmp_path / "loyal-2022-05").iterdir()} == {".json"}


UNKNOWN = {
    "month": (
        ["loyal", "--month", "2022-09"],
        "The lake holds no customers of 2022-09. It has them from 2022-04 to 2022-05.",
    ),
    "audience": (["loyals"], "There is no audience 'loyals'. Use one of loyal, slipping,"),
    "column": (["loyal", "--columns", "taste,tastes"], "customer360 has no column 'tastes'. It has "),
}


@pytest.mark.parametrize(("words", "told"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_there_is_not_is_one_sentence(
    c360: C360, made_once: Home, tmp_path: Path, words: list[str], told: str
) -> None:
    refused(c360("export", *words, "--out", str(tmp_path / "out"), root=made_once.root), tmp_path / "out", told, 2)


def another_rule(folder: Path) -> Path:
    """The reference data with another rule of an audience."""
    copy = shutil.copytree(REFERENCE, folder / "reference")
    rules = copy / "audiences.toml"
    rules.write_text(rules.read_text().replace("clinginess = 'high' AND ", ""))
    return copy


def test_members_of_another_rule_are_refused(
    c360: C360, made_once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = another_rule(tmp_path)
    monkeypatch.setenv("C360_REFERENCE", str(copy))
    done = c360("export", "loyal", "--out", str(tmp_path / "out"), root=made_once.root)
    refused(done, tmp_path / "out", "is out of date")
    assert "Run `c360 run`" in done.err
    monkeypatch.setenv("C360_FIRST_DAY", "2022-06-01")
    done = c360("export", "loyal", "--out", str(tmp_path / "out"), root=made_once.root)
    refused(done, tmp_path / "out", "C360_FIRST_DAY is 2022-06-01, and no earlier month is made again")


def test_later_months_are_exported_where_none_before_the_first_day_is_made_again(
    c360: C360, made: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = another_rule(tmp_path)
    small.land_content(made.landing, small.JUNE)
    made.reference, made.first_day = copy, small.MAY
    assert not made.run_directly().failed
    monkeypatch.setenv("C360_REFERENCE", str(copy))
    monkeypatch.setenv("C360_FIRST_DAY", f"{small.MAY}")
    done = c360("export", "loyal", "--month", "2022-06", "--out", str(tmp_path / "out"), root=made.root)
    assert (done.status, done.err) == (0, "")


def test_a_month_behind_a_day_that_was_made_again_is_refused(c360: C360, made: Home, tmp_path: Path) -> None:
    """As a run leaves it that is stopped between the days and the months: all that May is made from is as it was."""
    next(made.landing.glob(f"log_content/{FIRST:%Y%m%d}*")).unlink()
    small.land_content(made.landing, FIRST, small.WATCHED[:2])
    assert materialize(made, ["raw_content", "clean_content"], FIRST, FIRST).success
    done = c360("export", "loyal", "--month", "2022-05", "--out", str(tmp_path / "out"), root=made.root)
    refused(done, tmp_path / "out", "is out of date")


def test_a_table_that_another_hand_changed_is_refused(c360: C360, made: Home, tmp_path: Path) -> None:
    DeltaTable(str(made.lake / "audience_members")).delete("audience = 'loyal'")
    done = c360("export", "loyal", "--out", str(tmp_path / "out"), root=made.root)
    refused(done, tmp_path / "out", "is not what was committed")


def test_a_table_whose_data_file_is_gone_is_named(c360: C360, made: Home, tmp_path: Path) -> None:
    for file in (made.lake / "customer360").glob("month=*/*.parquet"):
        file.unlink()
    done = c360("export", "loyal", "--out", str(tmp_path / "out"), root=made.root)
    refused(done, tmp_path / "out", "the table's log or its data files are damaged")


@pytest.mark.parametrize("wrong", ["entered = false", "customer_id = 'contract:ZZZ000001'"])
def test_members_that_do_not_follow_from_those_of_before_are_not_written(
    c360: C360, made: Home, tmp_path: Path, wrong: str
) -> None:
    table, store = DeltaTable(str(made.lake / "audience_members")), ProvenanceStore(str(made.lake))
    column, _, value = wrong.partition(" = ")
    member = min(ids(made, "loyal", SECOND) - ids(made, "loyal", FIRST))
    table.update(
        updates={column: value},
        predicate=f"audience = 'loyal' and month = date '{SECOND}' and customer_id = '{member}'",
    )
    known = store.get(table_name := "audience_members", SECOND)
    assert known is not None
    new = replace(known, commit=table.version(), content=contents(table, "month")[SECOND])
    store.write(table_name, SECOND, new)
    done = c360("export", "loyal", "--out", str(tmp_path / "out"), root=made.root)
    refused(done, tmp_path / "out", "Nothing was written.")


def test_personal_rows_stay_out_of_the_message(c360: C360, made_once: Home, tmp_path: Path) -> None:
    done = c360("export", "loyal", "--out", str(tmp_path), root=made_once.root)
    assert not [name for name in ids(made_once, "loyal", SECOND) if name.partition(":")[2] in done.out]
    assert pl.read_csv(tmp_path / "loyal-2022-05" / "members.csv").height > 0
