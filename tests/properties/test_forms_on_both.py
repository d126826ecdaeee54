"""The same day in any form gives the same clean table, read by the engine's own tasks."""

import tempfile
from collections import Counter
from datetime import date
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning import clean_content, clean_search
from c360_assets.landing import raw_content, raw_search
from resources.landing.delivery_reader import read_landed
from resources.landing.inspection import inspected
from resources.landing.zone import LandingZone
from tests.strategies import Landed
from tests.strategies.chooser import Drawn
from tests.strategies.delivery import names_of, written
from tests.strategies.style import draw_style
from tests.support.budget import budget

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

DAY = date(2022, 4, 1)
FORMS = ("json", "csv", "parquet")
RAW = {"content": raw_content, "search": raw_search}
CLEAN = {"content": clean_content.clean_content, "search": clean_search.clean_search}
CHOICES = {
    "content": {
        "Contract": ["HNH579912", " qad014541", "HNDA00002", "0", "NONFPT037", None],
        "Mac": ["0C96E62FC55C", "0c:96:e6:2f:c5:5c", "no mac", None],
        "TotalDuration": ["254", "86400", "0", "60000", None],
        "AppName": ["CHANNEL", "vod", "Mới", None],
    },
    "search": {
        "datetime": [f"{DAY} 20:15:36.123", f"{DAY}T08:15:36Z", "2565-04-01 8:15:36 CH", "soon", None],
        "user_id": ["0123456", "7654321", None],
        "keyword": ["bóng đá", "BÓNG  ĐÁ", "gọi 0912345678", 'a "b", c', None],
        "category": ["enter", "quit", None],
    },
}


@st.composite
def days(draw: st.DrawFn, log: str) -> dict[str, bytes]:
    """One day's records, in each form, in any style without further fields; the first record has one of the fields."""
    choices = CHOICES[log]
    blank = dict.fromkeys(name for name in names_of(log) if not name.startswith("_"))
    anything = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in choices.items()})
    first = {name: values[0] for name, values in choices.items()}
    records = [{**blank, **record} for record in [first, *draw(st.lists(anything, min_size=4, max_size=12))]]
    return {form: written(log, form, records, draw_style(Drawn(draw), form, with_extra=False)) for form in FORMS}


def cleaned(session, reference, log: str, files: dict[str, bytes]) -> dict[str, Counter]:
    """The clean rows of a day that consists of one of these files, for each; in one query."""
    layout = RAW[log].LAYOUT
    frames = []
    with tempfile.TemporaryDirectory() as folder:
        for form, data in files.items():
            root = Landed({f"{layout.folder}/{DAY:%Y%m%d}/part-0": data}).write(Path(folder, form))
            splits = inspected(layout, LandingZone(str(root)).day(layout.folder, DAY))
            landed = read_landed(session, layout, splits).withColumn("erased", F.lit(None).cast("boolean"))
            rows = CLEAN[log](landed.withColumn("log_date", F.lit(DAY)), reference)
            frames.append(rows.withColumn("form", F.lit(form)))
        found = reduce(DataFrame.unionByName, frames).collect()
    return {form: Counter(tuple(row)[:-1] for row in found if row["form"] == form) for form in files}


@pytest.mark.parametrize("log", RAW)
@given(data=st.data())
@budget(4, long=100)
def test_a_day_gives_the_same_clean_table_in_any_form(session, reference, log: str, data: st.DataObject) -> None:
    found = cleaned(session, reference, log, data.draw(days(log)))
    assert found["json"]
    assert found["csv"] == found["json"]
    assert found["parquet"] == found["json"]
