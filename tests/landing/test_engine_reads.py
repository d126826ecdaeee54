"""What the inspection finds out about files, and the options of the reference data, reach the readers on the engine."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from resources.landing.delivery_reader import read_landed
from resources.landing.inspection import inspected
from resources.landing.layout import LandingOptions
from resources.landing.zone import Delivery
from tests.landing.reading import CONTENT, landed_file, row_of

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

OPTIONS = LandingOptions(envelopes=("payload",), names=(("log_content.Contract", ("customer no", "Số")),))


def test_every_form_and_all_options(session: SparkSession, tmp_path: Path) -> None:
    layout = replace(CONTENT, options=OPTIONS)
    records = [{"payload": {"Customer_No": str(number)}, "x": number} for number in range(3)]
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    files = {
        "a": text.encode(),
        "b": gzip.compress(json.dumps(records, indent=1).encode()),
        "c": pa.compress(("\ufeff" + text).encode("utf-16-le"), "zstd", asbytes=True),
        "d": json.dumps({"hits": {"hits": records}}).encode("utf-8-sig"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    splits = inspected(layout, Delivery(None, tuple(landed_file(tmp_path / name) for name in files)))
    found = [row.asDict() for row in read_landed(session, layout, splits).collect()]
    expected = [
        {"source_file": name, **row_of(contract=str(number), other_fields=f'{{"x":"{number}"}}')}
        for name in files
        for number in range(3)
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
