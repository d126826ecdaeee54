"""A landed file is written again without erased records: in its form, and all else reads as before."""

import io
import os
import re
import stat
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.erasure.suppression import Suppression, keyed_digest
from resources.landing.inspection import split_of
from resources.landing.rewriting.rewrite import (
    BESIDE_RECORDS,
    ENDING,
    Prepared,
    Rewriter,
    put_in_place,
    remove_unfinished,
)
from resources.landing.zone import LandingZone
from tests.landing.by_model import LAYOUTS, Rows, by_model
from tests.landing.reading import landed_file
from tests.model.text import WHITE_SPACE
from tests.strategies import Landed
from tests.strategies.any_file import any_file
from tests.strategies.chooser import Drawn
from tests.strategies.delivery import compressed, names_of, written
from tests.strategies.style import draw_style
from tests.support.budget import IS_LONG

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
FOLDERS = {"content": "log_content/20220401", "search": "log_search/20220401", "identity": "identity"}
KEY = b"of a test"
ERASED = {"contract": ("HNH579912",), "user": ("254", "0123456")}
SUPPRESSION = Suppression(
    KEY, {kind: frozenset(keyed_digest(KEY, kind, text) for text in texts) for kind, texts in ERASED.items()}
)
OTHER = {"content": "Contract", "search": "user_id", "identity": "user_id"}
EXAMPLES = 500 if IS_LONG else 40


def rewrite(root: Path, log: str) -> Prepared:
    """Writes a source's only delivery again, and puts the files in place."""
    zone, layout = LandingZone(str(root)), LAYOUTS[log]
    delivery = zone.folder(layout.folder) if log == "identity" else zone.day(layout.folder, DAY)
    assert delivery is not None
    prepared = Rewriter(str(root), SUPPRESSION).prepare(layout, delivery, {file.name for file in delivery.files})
    assert [put_in_place(new) for new in prepared.files] == [None] * len(prepared.files)
    return prepared


def without_erased(log: str, rows: Rows) -> Rows:
    """The rows that a plain reading of the rule keeps."""
    return Counter({row: count for row, count in rows.items() if not is_erased(log, dict(row))})


def is_erased(log: str, row: dict[str, str | None]) -> bool:
    """Whether a row is of an erased customer: by its ids, or by a word of its line or its other fields."""
    text, words = f"{row['unparsed'] or ''} {row['other_fields'] or ''}", set()
    for escape in ("", r"\\.", *[_ESCAPES] * 4):  # as it is, and with escapes undone, again for texts in texts
        read = re.sub(escape, _char, text) if escape else text
        words |= {*re.split(r"[\W_]+", read.upper())}
        text = read if escape == _ESCAPES else text
    named = {*ERASED["contract"], *ERASED["user"]}
    return bool(named & words) or any(
        trimmed(beside, kind) in ERASED[kind]
        for name, kind in LAYOUTS[log].erased_by
        for beside in ((row[name] or "").upper(), re.sub(r"\\X[0-9A-F]{2}", " ", (row[name] or "").upper()))
    )


_ESCAPES = r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.|$)"


def _char(escape: re.Match[str]) -> str:
    """What an escape stands for; a blank for whatever is not a letter or digit."""
    if escape[0][1:2] == "u" and len(escape[0]) == 6:
        return chr(int(escape[0][2:], 16))
    return "\\" if escape[0] == "\\\\" else " "


def trimmed(text: str, kind: str) -> str:
    text = text.strip(WHITE_SPACE)
    return re.sub(r"^([0-9]+)\.0+$", r"\1", text) if kind == "user" else text


def form_of(log: str, path: Path) -> tuple:
    split = split_of(LAYOUTS[log], landed_file(path))
    return (split.form, split.compression, split.encoding) if split else ()


@st.composite
def styled(draw: st.DrawFn, log: str) -> list[bytes]:
    """Parts of a day in any form and style, compressed or not. Some of the records are erased, one is not."""
    names = tuple(name for name in names_of(log) if not name.startswith("_"))
    values = st.sampled_from(["HNH579912", " hnh579912", "254", "254.0", "SGDA12345", "x", None])
    records = st.lists(st.fixed_dictionaries(dict.fromkeys(names, values)), max_size=5)
    form, choose = draw(st.sampled_from(["json", "csv", "parquet"])), Drawn(draw)
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        data = written(log, form, [*draw(records), dict.fromkeys(names, "y")], draw_style(choose, form))
        parts.append(next(iter(compressed(choose, data).values())) if choose.odd(3) else data)
    return parts


@pytest.mark.parametrize("log", ["content", "search"])
@settings(max_examples=EXAMPLES, deadline=None, derandomize=not IS_LONG)
@given(data=st.data())
def test_records_of_erased_customers_go_from_any_form(data: st.DataObject, log: str) -> None:
    parts = data.draw(styled(log))
    with tempfile.TemporaryDirectory() as folder:
        refused = check(Path(folder), log, parts)
    assert refused == {}


@pytest.mark.parametrize("log", list(FOLDERS))
@settings(max_examples=EXAMPLES, deadline=None, derandomize=not IS_LONG)
@given(data=st.data())
def test_a_file_of_any_bytes_loses_erased_records_or_stays(data: st.DataObject, log: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), log, [data.draw(any_file(log))])


def check(folder: Path, log: str, parts: list[bytes]) -> dict[str, str]:
    """Writes a delivery again, and has the plain model judge what became of it. Returns what was refused, and why."""
    day = None if log == "identity" else DAY
    root = Landed({f"{FOLDERS[log]}/part-{n}": part for n, part in enumerate(parts)}).write(folder)
    before = by_model(root, log).get(day, Counter())
    paths = sorted((root / FOLDERS[log]).iterdir())
    forms = [form_of(log, path) for path in paths] if before != "refused" else []
    prepared = rewrite(root, log)
    assert sorted((root / FOLDERS[log]).iterdir()) == paths
    kept = {Path(name).name for name in prepared.refused}
    for path, part in zip(paths, parts, strict=True):
        assert path.name not in kept or path.read_bytes() == part
    if before == "refused":
        assert prepared.files == ()
    elif not kept:
        assert by_model(root, log).get(day, Counter()) == without_erased(log, before)
        assert [form_of(log, path) or form for path, form in zip(paths, forms, strict=True)] == forms
        assert rewrite(root, log) == Prepared((), {})
    return prepared.refused


def land(root: Path, data: bytes, name: str = "20220401.json") -> Path:
    path = root / "log_content" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


LINES = (
    b'{"Contract":"SGDA12345","Mac":"\xff"}\r\n'
    b' {"Contract": "HNH579912", "TotalDuration": 1}\r\n'
    b'{"Contract":"SGDA12345", "TotalDuration":-0} {"Contract":"hnh579912"} {"Contract":"DNABC1234","x":1.50}\n'
    b'{"took":3,"hits":{"hits":[{"Contract":"HNH579912"},{"Contract":"DNABC1234","x":"\xc3\xa9"}]}}\n'
    b'{"Contract":"HNH579912", broken\n\n'
    b'{"Contract":"DNABC1234"}'
)


def test_every_other_byte_of_json_lines_stays(tmp_path: Path) -> None:
    path = land(tmp_path, LINES)
    path.chmod(0o640)
    (new,) = rewrite(tmp_path, "content").files
    assert (new.erased, new.kept) == (4, 5)
    assert path.read_bytes() == (
        b'{"Contract":"SGDA12345","Mac":"\xff"}\r\n'
        b'{"Contract":"SGDA12345", "TotalDuration":-0} {"Contract":"DNABC1234","x":1.50}\n'
        b'{"took":3,"hits":{"hits":[{"Contract":"DNABC1234","x":"\xc3\xa9"}]}}\n'
        b"\n"
        b'{"Contract":"DNABC1234"}'
    )
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_written_again_cannot_be_executed(tmp_path: Path) -> None:
    """Otherwise whoever landed it could run it as the account that erases."""
    path = land(tmp_path, LINES)
    path.chmod(0o6755)
    rewrite(tmp_path, "content")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_every_other_byte_of_csv_stays(tmp_path: Path) -> None:
    header = b'\xef\xbb\xbfsep=;\r\n"Contract";Mac;TotalDuration;AppName\r\n'
    path = land(
        tmp_path, header + b'HNH579912;;1;X\r\n"SGDA12345";"a\r\nb";1;\xff\r\nx;HNH579912\r\ny;z', "20220401.csv"
    )
    (new,) = rewrite(tmp_path, "content").files
    assert (new.erased, new.kept) == (2, 2)
    assert path.read_bytes() == header + b'"SGDA12345";"a\r\nb";1;\xff\r\ny;z\r\n'


def test_a_file_that_others_may_need_stays(tmp_path: Path) -> None:
    line = b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n'
    path = land(tmp_path / "landing", line)
    os.link(path, tmp_path / "other")
    assert rewrite(tmp_path / "landing", "content").refused == {path.name: "it has a second hard link"}
    path.unlink()
    path.symlink_to(tmp_path / "other")
    assert rewrite(tmp_path / "landing", "content").refused == {
        path.name: "it is a link to a file outside the landing zone"
    }
    assert (tmp_path / "other").read_bytes() == line


def test_a_link_within_the_landing_zone_leads_to_the_file_that_is_written(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n', "_kept")
    link = path.with_name("20220401.json")
    link.symlink_to(path.name)
    assert rewrite(tmp_path, "content").refused == {}
    assert link.is_symlink()
    assert path.read_bytes() == b'{"Contract":"SGDA12345"}\n'


def test_a_day_that_would_be_empty_stays(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n')
    prepared = rewrite(tmp_path, "content")
    assert prepared.refused == {path.name: "without the erased records, the day would count as not landed"}
    assert [*path.parent.iterdir()] == [path]


def test_a_file_that_changed_during_rewriting_stays(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n')
    delivery = LandingZone(str(tmp_path)).day("log_content", DAY)
    prepared = Rewriter(str(tmp_path), SUPPRESSION).prepare(LAYOUTS["content"], delivery, {path.name})
    path.write_bytes(b"{}\n")
    assert put_in_place(prepared.files[0]) == "it changed during rewriting"
    assert path.read_bytes() == b"{}\n"
    assert [*path.parent.iterdir()] == [path]


def test_what_a_killed_rewriting_left_is_removed(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"SGDA12345"}\n')
    path.with_name(f".{path.name}{ENDING}").write_bytes(b"half")
    remove_unfinished(str(tmp_path))
    assert [*path.parent.iterdir()] == [path]


ANSWER = b'{"took":3,"aggregations":{"a":[{"key":"HNH579912"}]},"hits":{"hits":[%s]}}\n'
HIDDEN = {
    "an answer whose hits stay": ANSWER % b'{"Contract":"SGDA12345"}',
    "a doubled name": b'{"Contract":"SGDA12345","note":"HNH579912","note":"x"}\n',
    "a doubled name, escaped": b'{"Contract":"SGDA12345","x":"\\u0048NH579912","x":1}\n',
    "a name in and beside an envelope": b'{"x":"HNH579912","_source":{"x":"y","Contract":"SGDA12345"}}\n',
    "a doubled name in an array": b'[{"Contract":"SGDA12345","note":"HNH579912","note":"x"},{"Contract":"HNH579912"}]',
    "a header": b"Contract,Mac,TotalDuration,AppName,HNH579912\nHNH579912,,,,\nSGDA12345,,,,\n",
    "a doubled column": b"Contract,Mac,TotalDuration,AppName,x,x\nHNH579912,,,,,\nSGDA12345,,,,HNH579912,y\n",
}


@pytest.mark.parametrize("what", list(HIDDEN))
def test_a_file_that_names_a_customer_outside_its_records_stays(what: str, tmp_path: Path) -> None:
    data = HIDDEN[what] if HIDDEN[what][:1] != b"{" else b'{"Contract":"HNH579912"}\n' + HIDDEN[what]
    path = land(tmp_path, data, "20220401.csv" if data[:1] == b"C" else "20220401.json")
    assert rewrite(tmp_path, "content").refused == {path.name: BESIDE_RECORDS}
    assert path.read_bytes() == data


def test_an_answer_loses_what_names_a_customer_beside_its_hits(tmp_path: Path) -> None:
    path = land(tmp_path, ANSWER % b'{"Contract":"HNH579912"},{"Contract":"SGDA12345"}')
    assert rewrite(tmp_path, "content").refused == {}
    assert path.read_bytes() == b'{"hits":{"hits":[{"Contract":"SGDA12345"}]}}\n'


def test_an_id_that_a_record_holds_in_another_field_is_not_outside(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345","TotalDuration":254,"Mac":"HNH579912"}\n')
    assert rewrite(tmp_path, "content").refused == {}
    assert path.read_bytes() == b'{"Contract":"SGDA12345","TotalDuration":254,"Mac":"HNH579912"}\n'


def test_a_landing_zone_may_be_given_as_a_uri(tmp_path: Path) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n')
    delivery = LandingZone(tmp_path.as_uri()).day("log_content", DAY)
    prepared = Rewriter(tmp_path.as_uri(), SUPPRESSION).prepare(LAYOUTS["content"], delivery, {path.name})
    assert (prepared.refused, len(prepared.files)) == ({}, 1)
    remove_unfinished(tmp_path.as_uri())
    assert [*path.parent.iterdir()] == [path]


def test_the_group_is_kept_where_the_owner_can_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = land(tmp_path, b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n')
    tried: list[tuple[int, int]] = []

    def refused(_: int, owner: int, group: int) -> None:
        tried.append((owner, group))
        if owner >= 0 or len(tried) > 2:
            raise PermissionError

    monkeypatch.setattr(os, "fchown", refused)
    assert rewrite(tmp_path, "content").refused == {}
    there = path.stat()
    assert tried == [(there.st_uid, there.st_gid), (-1, there.st_gid)]
    path.write_bytes(b'{"Contract":"HNH579912"}\n{"Contract":"SGDA12345"}\n')
    assert rewrite(tmp_path, "content").refused == {path.name: "its group can't be kept"}


ROWS = pa.table(
    {
        "Contract": ["HNH579912", "SGDA12345", "DNABC1234"] * 2,
        "Mac": pa.array(["a", "b", "c"] * 2).dictionary_encode(),
        "TotalDuration": [1] * 6,
        "AppName": ["x"] * 6,
        "more": [["y"], [], None] * 2,
        "views": pa.array([["y"], [None, "z"], None] * 2, pa.list_view(pa.string())),
        "time": pa.array([0] * 6, pa.timestamp("us")),
    }
)


def as_parquet(**options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(ROWS, sink, row_group_size=3, **options)
    return sink.getvalue()


@pytest.mark.parametrize("most_held", [1 << 20, 0])
def test_other_rows_of_parquet_stay_whatever_is_held_at_once(
    most_held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resources.landing.rewriting.parquet_rows._HELD_BYTES", most_held)
    path = land(tmp_path, as_parquet(compression="zstd"), "20220401.parquet")
    landed = pq.read_schema(path)
    assert rewrite(tmp_path, "content").refused == {}
    kept = pq.ParquetFile(path)
    assert kept.schema_arrow.equals(landed, check_metadata=True)
    assert kept.read().to_pylist() == ROWS.filter(pc.field("Contract") != "HNH579912").to_pylist()
    assert [kept.metadata.row_group(number).num_rows for number in range(kept.num_row_groups)] == [2, 2]
    assert kept.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"use_deprecated_int96_timestamps": True}, "the types of its columns can't be kept"),
        ({"compression": {"Mac": "gzip", "AppName": "snappy"}}, "the compression of its columns can't be kept"),
    ],
)
def test_parquet_that_would_be_written_otherwise_stays(options: dict[str, Any], why: str, tmp_path: Path) -> None:
    data = as_parquet(**options)
    path = land(tmp_path, data, "20220401.parquet")
    assert rewrite(tmp_path, "content").refused == {path.name: why}
    assert path.read_bytes() == data
