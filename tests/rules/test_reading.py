import gzip
import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a, b\t\n1,2\n", [{"a": "1", "b": "2"}]),
        ('a,b\r\n"1,""x""\r\ny",\r\n', [{"a": '1,"x"\r\ny', "b": None}]),
        ('a,b\n"",\n', [{"a": None, "b": None}]),
        ("a,b\n\n \u3000\n1,2", [{"a": "1", "b": "2"}]),
        ('a,b\n1,2,3\r\n"x\ny"\n', ["1,2,3", '"x\ny"']),
        ('a,b\n 1 ,5" tv\n', [{"a": " 1 ", "b": '5" tv'}]),
        ("a,b\n\x1c\n", ["\x1c"]),
        ("a,b\n", []),
        ("", []),
    ],
)
def test_csv(files, tmp_path, text, rows):
    assert sorted(files.csv(tmp_path, text), key=str) == sorted(rows, key=str)


@pytest.mark.parametrize(
    ("name", "is_data"),
    [
        ("20220401.json", True),
        ("part-0.snappy.parquet", True),
        ("x.csv.gz", True),
        ("x.jsonl", True),
        ("x.ndjson.gz", True),
        ("_SUCCESS", False),
        (".x.json", False),
        ("_x.csv", False),
        ("x.json.crc", False),
    ],
)
def test_what_is_data(files, tmp_path, name, is_data):
    assert files.is_data(tmp_path, name) is is_data


def test_the_name_tells_the_day(files, tmp_path):
    names = ("20220401.csv", "20220401.json.gz", "20220231.json", "x.json", "20220401-1.csv")
    found = [files.day_of(tmp_path / str(place), name) for place, name in enumerate(names)]
    assert found == [date(2022, 4, 1)] * 2 + [None] * 3


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


LINE = b'{"_id":"1","_score":0,"_source":{"Contract":"HNH579912","Mac":null,"TotalDuration":254,"AppName":"VOD"}}'
SOURCE = {"Contract": "HNH579912", "Mac": None, "TotalDuration": 254, "AppName": "VOD"}
NESTED = parquet(_id=["1"], _score=[0], _source=[SOURCE])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("20220401.json", LINE),
        ("20220401.ndjson", b"\xef\xbb\xbf\n" + LINE + b"\r\n\xc2\xa0\n"),
        ("20220401.jsonl.gz", gzip.compress(LINE)),
        ("20220401/part-0.json", LINE.replace(b'"_source":{', b"").replace(b"}}", b"}")),
        (
            "20220401.csv",
            b"\xef\xbb\xbfAppName, Contract ,x,TotalDuration,_id,_score,Mac\nVOD,HNH579912,,254,1,0,\n",
        ),
        ("20220401/part-0.snappy.parquet", NESTED),
    ],
)
def test_every_form_gives_the_same_raw_row(lake_of, name, data):
    beside = f"log_content/{Path(name).parent}/_SUCCESS"
    lake = lake_of({f"log_content/{name}": data, beside: b"", "log_content/_SUCCESS": b""})
    assert lake["raw_content"] == [
        {
            "log_date": date(2022, 4, 1),
            "source_file": name,
            "doc_index": None,
            "doc_type": None,
            "doc_id": "1",
            "doc_score": "0",
            "contract": "HNH579912",
            "mac": None,
            "total_duration": "254",
            "app_name": "VOD",
            "unparsed": None,
            "other_fields": None,
            "erased": None,
        }
    ]


@pytest.mark.parametrize(
    ("line", "contract", "unparsed"),
    [
        (b'{"_source":null,"Contract":"a"}', "a", None),
        (b'{"_source":"text","Contract":"a"}', "a", None),
        (b'{"_source":{},"Contract":"a"}', None, None),
        (b'{"Contract":"\xff"}', None, '{"Contract":"\\xff"}'),
        (b" [1] ", None, " [1] "),
        (b"null", None, "null"),
        (b"\x1c", None, "\x1c"),
    ],
)
def test_content_lines(lake_of, line, contract, unparsed):
    _, row = lake_of({"log_content/20220401.json": LINE + b"\n" + line + b"\r\n"})["raw_content"]
    assert (row["contract"], row["unparsed"]) == (contract, unparsed)


def test_bytes_that_are_no_text_are_escaped_in_csv(lake_of):
    data = b"AppName,Contract,Mac,TotalDuration\nV\xe1\x80D,a,,\n"
    (row,) = lake_of({"log_content/20220401.csv": data})["raw_content"]
    assert row["app_name"] == "V\\xe1\\x80D"


def test_plans_become_json_text(lake_of):
    plans = pa.array([["a:b", None]], pa.list_(pa.string()))
    data = parquet(datetime=["x"], user_id=["07"], keyword=["x"], category=["x"], userPlansMap=plans)
    files = {
        "log_search/20220701/part-0.parquet": data,
        "log_search/20220702.json": b'{"user_id":7,"userPlansMap":["a:b", null]}',
        "log_search/20220703.csv": b'datetime,user_id,keyword,category,userPlansMap\nx,07,x,x,"[""a:b"", null]"\n',
    }
    rows = lake_of(files)["raw_search"]
    assert [(row["user_id"], row["user_plans_map"]) for row in rows] == [
        ("07", '["a:b",null]'),
        ("7", '["a:b",null]'),
        ("07", '["a:b", null]'),
    ]


def test_a_day_without_records_has_a_ledger_of_zeros_and_a_month_without_rows(lake_of):
    header = b"datetime,user_id,keyword,category\n"
    lake = lake_of({"log_content/20220401/_SUCCESS": b"", "log_search/20220401.csv": header})
    for log in ("content", "search"):
        (row,) = lake[f"ledger_{log}"]
        assert row.pop("log_date") == date(2022, 4, 1)
        assert row.pop("balanced") is True
        assert set(row.values()) == {0}
    assert all(not rows for table, rows in lake.items() if not table.startswith("ledger"))
