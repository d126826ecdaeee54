"""Records that hold an erased id behind escapes: tombstones, and out of their landed file, in one go."""

import json

import pytest

from c360_assets.build import build
from c360_assets.privacy.erase import Erased, Eraser
from c360_assets.privacy.subjects import held_days, subject_of
from resources.lake.sql import LakeQuery
from tests.support import small_landing as small
from tests.support.homes import Home

pytestmark = pytest.mark.engine

CONTRACT, USER = "HNH579912", "0123456"
DAY = small.CONTENT_DAYS[1]
NOTES = (
    json.dumps({"owner": CONTRACT}).replace("H", "\\u0048", 1),
    f"https://shop.example/login?next=%2Fcustomer%2F{CONTRACT}%2Fbills",
    f"/customer/%2548{CONTRACT[1:]}",
    f"seen by \x1b[1m{CONTRACT}\x1b[0m",
    f"<b>&#x48;{CONTRACT[1:]}</b>",
    f"user=3D{USER}",
    f"{CONTRACT[:5]}=\n{CONTRACT[5:]}",
    "".join(chr(ord(char) + 0xFEE0) for char in USER),
    "\0".join(CONTRACT),
)
KEPT = ("https://shop.example/?next=%2Fcustomer%2FSGDA12345&id=200123456", "&#72;NH579913", "=\n1", "\\u0048NH")


def land(home: Home) -> str:
    """Adds records of other customers to a day's file, and makes the lake. Returns what is to stay of them."""
    path = small.content_path(home.landing, DAY)
    record = {"Contract": "SGDA12345", "TotalDuration": 7, "AppName": "VOD"}
    named, kept = ([json.dumps(record | {"note": note}) for note in notes] for notes in (NOTES, KEPT))
    in_utf_16 = "\0".join(json.dumps(record | {"Contract": CONTRACT}))  # as where a program appends to the file
    with_nulls = json.dumps(record | {"Contract": "\0".join(CONTRACT)})
    lines = [*named[:3], kept[0], *named[3:], f"no record, %20{CONTRACT}", in_utf_16, with_nulls, *kept[1:]]
    path.write_text(path.read_text() + "".join(f"{line}\n" for line in lines))
    assert home.run_directly().ok
    return "".join(f"{line}\n" for line in kept)


def erase(home: Home, landing: str) -> Erased:
    subject = subject_of(LakeQuery(str(home.lake)), CONTRACT)
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    return Eraser(home.settings, home.instance, job, lambda text: None).erase(subject.ids, landing)


def other_fields(home: Home) -> list[str]:
    rows = [row for row in home.rows("raw_content") if row["log_date"] == DAY and not row["erased"]]
    assert [row for row in rows if row["unparsed"]] == []
    return sorted(json.loads(row["other_fields"])["note"] for row in rows if row["other_fields"])


def test_they_are_found_and_become_tombstones(erasing: Home) -> None:
    land(erasing)
    held = held_days(LakeQuery(str(erasing.lake)), [("contract", CONTRACT), ("user", USER)])
    assert {one.day: one.records for one in held if one.table == "raw_content"}[DAY] == len(NOTES) + 4
    erased = erase(erasing, "list")
    assert (erased.is_proven, erased.scan.hits) == (True, {})
    assert other_fields(erasing) == sorted(KEPT)


@pytest.mark.slow  # an erasure of its own; one with such ids, and one with rewriting, are in every run
@pytest.mark.parametrize("have_tombstones", [True, False])
def test_they_are_taken_out_of_their_landed_file(
    erasing: Home, have_tombstones: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the lake was made by a version that did not know the escapes: the proof of the landing zone finds them."""
    kept = land(erasing)
    if not have_tombstones:
        monkeypatch.setattr("c360_assets.privacy.erase.held_days", lambda *_: [])
    erased = erase(erasing, "rewrite")
    assert (erased.is_proven, erased.left, erased.receipt.not_rewritten) == (True, [], {})
    assert other_fields(erasing) == sorted(KEPT)
    landed = small.content_path(erasing.landing, DAY).read_text()
    assert landed.endswith(kept)
    assert len(landed.splitlines()) == len(small.WATCHED) - 1 + len(KEPT)
