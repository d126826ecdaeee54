"""What Dagster shows of each table with a partition: the figures that a plain look at the lake gives, and nobody's values."""

import base64
import re
from collections import Counter
from datetime import date
from typing import Any

import dagster as dg
import pytest

from c360_assets.behaviour import segment_thresholds
from c360_assets.cleaning import content_rules, search_rules
from c360_assets.metadata.charts import bars, columns, grid, picture
from c360_assets.metadata.figures import partition_figures
from c360_assets.metadata.redaction import redacted
from c360_assets.reference.categories import CATEGORIES
from c360_assets.reference.vocabulary import LEVELS, USER_TYPES
from c360_assets.tables import TABLES
from resources.lake.sql import LakeQuery
from tests.dagster_ui.conftest import APRIL, MADE_DAYS, MORE_SEARCHED, MORE_WATCHED
from tests.support import small_landing as small
from tests.support.homes import Home

pytestmark = pytest.mark.engine

DAY = MADE_DAYS[-1]
Metadata = dict[str, Any]


def metadata_of(home: Home, table: str, partition: date | None) -> Metadata:
    """The metadata of a partition's latest materialisation, as plain values."""
    chosen = dg.AssetRecordsFilter(dg.AssetKey(table), asset_partitions=[str(partition)] if partition else None)
    [record] = home.instance.fetch_materializations(chosen, limit=1).records
    made = record.asset_materialization
    assert made is not None
    return {name: value.value for name, value in made.metadata.items()}


def records(value: dg.TableMetadataValue) -> list[dict[str, Any]]:
    """The rows of a table in metadata."""
    return [dict(record.data) for record in value.records]


def rows(home: Home, table: str, partition: date) -> list[dict[str, Any]]:
    """A partition's rows, read by another reader."""
    return [row for row in home.rows(table) if partition in (row.get("log_date"), row.get("month"))]


def test_every_table_tells_its_figures(made: Home) -> None:
    first = {"day": MADE_DAYS[0], "month": APRIL, None: None}
    for name, table in TABLES.items():
        told_of = metadata_of(made, name, first[table.unit])
        assert "not_shown" not in told_of, told_of["not_shown"]
        assert told_of["dagster/partition_row_count"] >= 0


@pytest.mark.parametrize("log", ["content", "search"])
def test_a_raw_day_names_its_files(made: Home, log: str) -> None:
    shown = metadata_of(made, f"raw_{log}", DAY)
    path = made.landing / f"log_{log}" / f"{DAY:%Y%m%d}.json"
    [file] = records(shown["files"])
    assert (file["file"].rpartition("/")[2], file["bytes"]) == (path.name, path.stat().st_size)
    assert file["digest"]
    assert shown["landed_files"] == 1


@pytest.mark.parametrize(
    ("log", "reasons"),
    [("content", content_rules.REASONS), ("search", search_rules.REASONS)],
    ids=["content", "search"],
)
def test_a_quarantine_tells_records_by_reason_and_their_share(made: Home, log: str, reasons: tuple[str, ...]) -> None:
    shown = metadata_of(made, f"quarantine_{log}", DAY)
    counts = Counter(row["reason"] for row in rows(made, f"quarantine_{log}", DAY))
    assert counts
    assert {reason: shown[reason] for reason in reasons} == {reason: counts[reason] for reason in reasons}
    assert shown["quarantined"] == counts.total()
    assert shown["quarantined_share"] == pytest.approx(counts.total() / len(rows(made, f"raw_{log}", DAY)))


@pytest.mark.parametrize("log", ["content", "search"])
def test_a_ledger_shows_its_figures_and_a_table_of_them(made: Home, log: str) -> None:
    shown = metadata_of(made, f"ledger_{log}", DAY)
    [ledger] = rows(made, f"ledger_{log}", DAY)
    assert {name: shown[name] for name in ledger if name != "log_date"} == {
        name: value for name, value in ledger.items() if name != "log_date"
    }
    lines = {line["what"]: line for line in records(shown["ledger"])}
    for name in ("landed", "accepted", "duplicate", "quarantined"):
        assert lines[name]["rows"] == ledger[f"{name}_rows"]
    assert ("above a device's day" in lines) is (log == "content")
    if log == "content":
        assert lines["above a device's day"]["seconds"] == ledger["capped_seconds"] == 4000


def test_a_clean_content_day_tells_seconds_by_category(made: Home) -> None:
    shown = metadata_of(made, "clean_content", DAY)
    clean = rows(made, "clean_content", DAY)
    seconds: Counter[str] = Counter()
    for row in clean:
        seconds[row["category"]] += row["seconds"]
    assert {line["category"]: line["seconds"] for line in records(shown["categories"])} == seconds
    assert shown["watched_seconds"] == seconds.total()
    assert shown["capped_seconds"] == sum(row["capped_seconds"] for row in clean)


def test_a_clean_search_day_tells_outcomes_and_what_was_masked(made: Home) -> None:
    shown = metadata_of(made, "clean_search", DAY)
    clean = rows(made, "clean_search", DAY)
    outcomes = Counter(row["outcome"] for row in clean)
    assert {line["outcome"]: line["searches"] for line in records(shown["outcomes"])} == outcomes
    assert shown["masked"] == sum(row["masked"] for row in clean) == 2
    assert shown["clock_errors"] == sum(row["clock_error"] for row in clean)


def test_thresholds_tell_their_cuts_and_draw_how_contracts_lie_between_them(made: Home) -> None:
    shown = metadata_of(made, "segment_thresholds", APRIL)
    [cuts] = rows(made, "segment_thresholds", APRIL)
    names = ("q1", "median", "q3", "upper_fence")
    assert {name: shown[f"{name}_seconds"] for name in names} == {name: cuts[name] for name in names}
    assert (shown["contracts"], shown["outliers"]) == (cuts["contracts"], cuts["outliers"])
    bar_count, reach = 28, 1.15
    width = cuts["upper_fence"] * reach / bar_count
    watched = [row["seconds_total"] for row in rows(made, "watch_metrics", APRIL)]
    bar_of = Counter(min(int(seconds // width), bar_count - 1) for seconds in watched)
    drawn = segment_thresholds.distribution(APRIL, bar_of, width, {name: cuts[name] for name in names})
    assert shown["distribution"] == drawn.value


def test_segments_draw_user_types_by_activeness_and_count_lifecycles(made: Home) -> None:
    shown = metadata_of(made, "activeness_segments", APRIL)
    segments = rows(made, "activeness_segments", APRIL)
    pairs = Counter((row["user_type"], row["activeness"]) for row in segments)
    title = "Contracts of 2022-04 by user type (down) and activeness (across)"
    assert shown["segments"] == picture(grid(title, USER_TYPES, LEVELS, pairs), title).value
    lifecycles = Counter(row["lifecycle"] for row in segments)
    assert {name: shown[f"lifecycle_{name}"] for name in lifecycles} == lifecycles


def test_taste_tells_and_draws_the_shares_of_all_seconds(made: Home) -> None:
    shown = metadata_of(made, "taste", APRIL)
    watched = rows(made, "watch_metrics", APRIL)
    total = sum(row["seconds_total"] for row in watched)
    shares = {code: sum(row[f"seconds_{code}"] for row in watched) / total for code in CATEGORIES}
    assert {code: shown[f"share_{code}"] for code in CATEGORIES} == pytest.approx(shares)
    title = "Share of all seconds watched in 2022-04, by category"
    assert shown["categories"] == picture(bars(title, shares), title).value


def test_search_metrics_tell_how_far_the_dictionary_reaches(made: Home) -> None:
    shown = metadata_of(made, "search_metrics", APRIL)
    users = rows(made, "search_metrics", APRIL)
    known = [row for row in users if row["search_category"] != "unknown"]
    assert 0 < len(known) < len(users)
    assert shown["known_users_share"] == pytest.approx(len(known) / len(users))
    searches = sum(row["searches"] for row in users)
    assert shown["known_searches_share"] == pytest.approx(sum(row["searches"] for row in known) / searches)
    title = "Share of users whose search category is known, by month"
    assert shown["coverage"] == picture(columns(title, {"2022-04": len(known) / len(users)}), title).value


def test_profiles_tell_customers_by_side(made: Home) -> None:
    shown = metadata_of(made, "customer360", APRIL)
    customers = rows(made, "customer360", APRIL)
    both = [row for row in customers if row["matched"]]
    assert both
    expected = {
        "customers": len(customers),
        "both_sides": len(both),
        "watch_only": sum(row["watch_month"] is not None and row["user_id"] is None for row in customers),
        "search_only": sum(row["watch_month"] is None for row in customers),
        "dormant": sum(row["lifecycle"] == "dormant" for row in customers),
    }
    assert {name: shown[name] for name in expected} == expected
    assert shown["match_rate"] == pytest.approx(len(both) / len(customers))
    sample = records(shown["sample"])
    assert len(sample) == 5
    assert sample[0]["customer_id"] == "contract:HNH******"
    assert sample[0]["user_id"] == "01*****"


def test_nobodys_values_stand_in_any_metadata(made: Home) -> None:
    text = "\n".join(everything_told(made))
    personal = {row[0] for row in (*small.WATCHED, *MORE_WATCHED) if len(row[0]) > 4}
    personal |= {row[1] for row in (*small.WATCHED, *MORE_WATCHED) if row[1]}
    personal |= {user for user, _ in (*small.SEARCHED, *MORE_SEARCHED) if user}
    personal |= {"canarybird", "912345678", "bóng đá", "hàn quốc"}
    assert {value for value in personal if value.lower() in text.lower()} == set()
    assert "HNH******" in text


def everything_told(home: Home) -> list[str]:
    """All metadata of all materialisations and checks, pictures as the text they are drawn from."""
    found = []
    for run in home.instance.get_runs():
        for entry in home.instance.all_logs(run.run_id):
            event = entry.dagster_event
            if event and event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
                found += map(str, event.step_materialization_data.materialization.metadata.values())
            elif event and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                found += map(str, event.asset_check_evaluation_data.metadata.values())
    drawn = [base64.b64decode(data).decode() for text in found for data in re.findall(r"base64,([\w+/=]+)", text)]
    assert drawn
    return found + drawn


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("HNH579912", "HNH******"),
        ("0123456", "01*****"),
        ("abcd", "a***"),
        ("ab", "**"),
        ("", ""),
        ("contract:HNH579912", "contract:HNH******"),
        ("user:0123456", "user:01*****"),
        ("app:0123456", "app********"),
    ],
)
def test_of_a_personal_value_a_third_is_visible_at_most(value: str, shown: str) -> None:
    assert redacted(value) == shown


def test_figures_that_cannot_be_had_fail_nothing(made: Home) -> None:
    def figures(lake: object, partition: date) -> Metadata:
        raise OSError("the store is away")

    shown = partition_figures(figures, LakeQuery(str(made.lake)), APRIL)
    assert shown == {"not_shown": "The figures could not be read: OSError: the store is away"}
