"""What the model gives for any landing, and that the generated landings reach every rule.

That the transforms give the same is in `tests/test_model_equals_engine.py` and `tests/properties`.
"""

import re
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.model import COLUMNS, KEYS, Lake, build
from tests.model.tables import fits
from tests.strategies import Landed, dirty_landing, landings

pytestmark = pytest.mark.unit

PHONE = re.compile(r"(?<![0-9])(?:\+?84[^\w]*0?|0)(?:[^\w]*[35789])(?:[^\w]*[0-9]){8}(?![0-9])")


def lake_of(landed: Landed, reference: Path) -> Lake:
    with tempfile.TemporaryDirectory() as folder:
        return build(landed.write(Path(folder)), reference)


def hold(lake: Lake) -> None:
    """What the contract says of every lake."""
    for table, columns in COLUMNS.items():
        for row in lake[table]:
            assert list(row) == list(columns), table
            wrong = [name for name, kind in columns.items() if name != "search_id" and not fits(row[name], kind)]
            assert not wrong, (table, row)
        if KEYS[table] and table != "clean_search":
            keys = Counter(tuple(row[name] for name in KEYS[table]) for row in lake[table])
            assert max(keys.values(), default=1) == 1, table
    assert all(row["balanced"] for row in lake["ledger_content"] + lake["ledger_search"])
    devices: Counter = Counter()
    for row in lake["clean_content"]:
        assert row["seconds"] >= 0
        if row["mac"]:
            devices[row["log_date"], row["contract"], row["mac"]] += row["seconds"]
    assert max(devices.values(), default=0) <= 86400
    for row in lake["clean_search"]:
        assert not PHONE.search(row["keyword"]), row
        assert not re.search("[0-9]{13}|[a-z]@[a-z]+[.][a-z]{2}", row["keyword"]), row
    assert {row["customer_id"] for row in lake["customer360"] if row["contract"] and row["user_id"]} == {
        row["customer_id"] for row in lake["customer360"] if row["contract"] and row["users"]
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(landed=landings())
def test_any_landing(landed, small_reference):
    hold(lake_of(landed, small_reference))


@pytest.fixture(scope="module")
def dirty(small_reference: Path) -> Lake:
    return lake_of(dirty_landing(1), small_reference)


@pytest.mark.parametrize("seed", range(3))
def test_dirty_landings(seed, small_reference):
    lake = lake_of(dirty_landing(seed), small_reference)
    hold(lake)
    counts = {name: len(lake[f"raw_{name}"]) for name in ("content", "search")}
    assert min(counts.values()) > 2000


def test_a_seed_is_a_landing():
    assert dirty_landing(5, days=2, rows=20) == dirty_landing(5, days=2, rows=20)
    assert dirty_landing(5, days=2, rows=20) != dirty_landing(6, days=2, rows=20)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        (
            "quarantine_content",
            "reason",
            "unparseable missing_field missing_contract malformed_contract missing_duration duration_out_of_range"
            " no_watch_time",
        ),
        ("quarantine_search", "reason", "unparseable missing_user missing_keyword not_a_search"),
        (
            "quarantine_identity",
            "reason",
            "unparseable malformed_contract missing_user user_of_many_contracts",
        ),
        ("clean_search", "outcome", "enter quit unknown"),
        ("clean_search", "network", "wifi ethernet cellular None"),
        ("clean_search", "masked", "True False"),
        ("clean_search", "clock_error", "True False"),
        ("watch_metrics", "most_watch", "tv movies entertainment kids sports other"),
        ("activeness_segments", "user_type", "low middle high"),
        ("activeness_segments", "activeness", "low medium high"),
        ("activeness_segments", "clinginess", "low medium high"),
        ("activeness_segments", "outlier", "True False"),
        ("activeness_segments", "lifecycle", "unknown returning resurrected new"),
        ("search_trends", "trending_type", "unknown new lost unchanged changed"),
        ("customer360", "lifecycle", "unknown returning resurrected new dormant None"),
        ("customer360", "matched", "True False"),
    ],
)
def test_a_dirty_landing_reaches_everything(dirty, table, column, values):
    assert {str(row[column]) for row in dirty[table]} == set(values.split())


def test_a_dirty_landing_reaches_what_is_rare(dirty):
    clean = dirty["clean_content"]
    assert any(row["seconds"] == 0 for row in clean)
    assert any(row["capped_seconds"] < 0 for row in clean)
    assert any(row["mac"] is None and row["seconds"] > 86400 for row in clean)
    assert any(row["source_rows"] > 1 for row in clean)
    assert all(row["duplicate_rows"] for row in dirty["ledger_content"] if row["landed_rows"])
    assert all(row["duplicate_rows"] for row in dirty["ledger_search"] if row["landed_rows"])
    assert any(row["landed_rows"] == 0 for row in dirty["ledger_search"])
    assert max(row["users"] for row in dirty["customer360"]) > 1
    forms = {Path(row["source_file"]).name.split(".", 1)[1] for row in dirty["raw_content"] + dirty["raw_search"]}
    assert {"json", "csv", "parquet"} <= {form.removesuffix(".gz").split(".")[-1] for form in forms}
    assert any(form.endswith(".gz") for form in forms)


def test_days_can_be_taken_out():
    landed = dirty_landing(1, days=4, rows=8)
    first, *others = landed.days("content")
    late = landed.only("content", others)
    assert late.days("content") == others
    assert late.days("search") == landed.days("search")
    assert first not in late.days("content")
