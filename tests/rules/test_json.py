import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FIELDS = (
    "doc_index",
    "doc_type",
    "doc_id",
    "doc_score",
    "contract",
    "mac",
    "total_duration",
    "app_name",
    "other_fields",
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a':1}",
        "NaN",
        '{"a":Infinity}',
        "{} {}",
        '{"a":1,}',
        '{"a":01}',
        '{"a":.5}',
        "\ufeff{}",
        "\u00a0{}",
        '"\\ud800"',
        '{"\\udc00":1}',
        '["tab\t"]',
        '{"a":\u0661}',
    ],
)
def test_what_is_not_one_json_value_does_not_parse(files, tmp_path, text):
    line = f'{{"Contract":{text}}}'
    rows = files.content(tmp_path, "20220401.json", f'{{"Contract":"a"}}\n{line}'.encode())
    assert [row for row in rows if row["contract"] != "a"] == [{**dict.fromkeys(FIELDS), "unparsed": line}]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("254", "254"),
        ("12.50", "12.50"),
        ("1e3", "1e3"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("1234567890123456789012345", "1234567890123456789012345"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('"\\u0110\\ud83c\\udf89"', "Đ🎉"),
        (' [ 1.0, {"đ": null, "b": "\\n\\""} ] ', '[1.0,{"đ":null,"b":"\\n\\""}]'),
    ],
)
def test_values_are_kept_as_the_text_they_were_written_in(files, tmp_path, text, kept):
    (row,) = files.content(tmp_path, "20220401.json", f'{{"Contract":{text}}}'.encode())
    assert row == {**dict.fromkeys(FIELDS), "contract": kept, "unparsed": None}


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_values_of_parquet_are_texts_too(files, tmp_path):
    values = {
        "_index": [254], "Contract": [False], "Mac": [["a:b", None]], "TotalDuration": [b"\xff"],
        "AppName": pa.array([None], pa.string()),
    }  # fmt: skip
    (row,) = files.content(tmp_path, "20220401.parquet", parquet(**values))
    assert row == {
        "doc_index": "254",
        "doc_type": None,
        "doc_id": None,
        "doc_score": None,
        "contract": "false",
        "mac": '["a:b",null]',
        "total_duration": "\\xff",
        "app_name": None,
        "unparsed": None,
        "other_fields": None,
    }


def test_a_double_of_parquet_is_a_text_of_its_value(files, tmp_path):
    """How it is spelled is open: the model writes 254.0, the reader 254."""
    columns = {"TotalDuration": [254.0], **{name: ["x"] for name in ("Contract", "Mac", "AppName")}}
    (row,) = files.content(tmp_path, "20220401.parquet", parquet(**columns))
    assert Decimal(row["total_duration"]) == 254
