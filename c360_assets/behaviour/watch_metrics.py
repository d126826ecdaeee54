"""watch_metrics: what a contract watched in a month. Labels made from it belong in taste and activeness_segments."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import device_months
from c360_assets.cleaning import ledger_content
from c360_assets.contracts.predicates import CLOSE, figure_of, in_month
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.reference.categories import CATEGORIES, category_in, weight

_BY_CATEGORY = tuple(f"seconds_{code}" for code in CATEGORIES)
_SECONDS = ("device_months.seconds", "device_months.category")

TABLE = TableSpec(
    "watch_metrics",
    "What a contract watched in a month: one row per contract with watch time. Seconds are capped at one day per device "
    "and day; a contract with several devices may watch more than 24 h per day.",
    group="behaviour",
    unit="month",
    key=("contract",),
    code_version="2",
    definition=Section("watching.md", "Watching in a month"),
    inputs=(Input(device_months.TABLE), Input(ledger_content.TABLE)),
    columns=(
        ColumnSpec("contract", "string", "Contract that watched", personal=True, of=("device_months.contract",)),
        *[ColumnSpec(f"seconds_{code}", "bigint", f"Seconds in the category {code}", at_least=0, of=_SECONDS)
          for code in CATEGORIES],
        ColumnSpec("seconds_total", "bigint", "Seconds in all categories", at_least=1, of=("device_months.seconds",)),
        ColumnSpec("active_days", "int", "Distinct days with watch time", at_least=1, at_most=31, of=("device_months.day_bits",)),
        ColumnSpec("observed_days", "int", "Days of the month for which the content log has landed rows", at_least=1, at_most=31,
               of=("ledger_content.landed_rows",)),
        ColumnSpec("active_ratio", "double", "active_days / observed_days", at_least=0, at_most=1,
               of=("device_months.day_bits", "ledger_content.landed_rows")),
        ColumnSpec("devices", "int", "Distinct known devices; 0 where none is known", at_least=0, of=("device_months.mac",)),
        ColumnSpec("apps", "int", "Distinct apps", at_least=1, of=("device_months.app_name",)),
        ColumnSpec("first_watched", "date", "First day with watch time", of=("device_months.first_watched",)),
        ColumnSpec("last_watched", "date", "Last day with watch time", of=("device_months.last_watched",)),
        ColumnSpec("most_watch", "string", "Category with the most seconds; ties: more active days in it, then the fixed order",
               values=CATEGORIES, of=_SECONDS),
    ),
    row_rules=(
        RowRule("adds_up", "Categories sum to the total; ratio, days and most_watch follow from the rest", {
            "seconds_total": f"seconds_total = {' + '.join(_BY_CATEGORY)}",
            "active_ratio": f"abs(active_ratio - active_days / nullif(observed_days, 0)) <= {CLOSE}",
            "active_days": "active_days <= observed_days",
            "first_watched": in_month("first_watched", "last_watched"),
            "most_watch": f"{figure_of('most_watch', 'seconds')} = greatest({', '.join(_BY_CATEGORY)})",
        }),
    ),
)  # fmt: skip


def days_watched(category: str, days: SparkColumn) -> SparkColumn:
    """The days on which a category was watched, one bit per day; null if there are none. `days` are those of a row."""
    return F.bit_or(F.when(F.col("category") == category, days))


def seconds_watched(category: str) -> SparkColumn:
    """The seconds watched in a category; 0 if none."""
    return F.sum(F.when(F.col("category") == category, F.col("seconds")).otherwise(0))


def landed_days(ledger: DataFrame) -> DataFrame:
    """One row: how many days of the ledger have landed rows."""
    return ledger.where(F.col("landed_rows") > 0).agg(F.countDistinct("log_date").cast("int").alias("observed_days"))


def different(values: str) -> SparkColumn:
    """How many different values an array has. Most arrays have at most one, and need no comparison."""
    return F.when(F.size(values) <= 1, F.size(values)).otherwise(F.size(F.array_distinct(values))).cast("int")


@table_asset(TABLE)
def watch_metrics(device_months: DataFrame, ledger_content: DataFrame) -> DataFrame:
    """One row per contract.

    A contract has a few rows in device_months. Their devices and apps are counted in arrays: a distinct count keeps a
    set for each contract, which took Sail thirty times as long and 8 GB for two million rows.
    """
    watched = device_months.groupBy("contract").agg(
        *[seconds_watched(code).alias(f"seconds_{code}") for code in CATEGORIES],
        *[days_watched(code, F.col("day_bits")).alias(f"days_{code}") for code in CATEGORIES],
        F.sum("seconds").alias("seconds_total"),
        F.bit_or("day_bits").alias("days"),
        F.min("first_watched").alias("first_watched"),
        F.max("last_watched").alias("last_watched"),
        F.collect_list("mac").alias("macs"),
        F.collect_list("app_name").alias("app_names"),
    )
    weights = [weight(code, F.col(f"seconds_{code}"), F.bit_count(F.col(f"days_{code}"))) for code in CATEGORIES]
    return (
        watched.crossJoin(landed_days(ledger_content))
        .withColumn("devices", different("macs"))
        .withColumn("apps", different("app_names"))
        .withColumn("active_days", F.bit_count("days").cast("int"))
        .withColumn("active_ratio", F.col("active_days") / F.nullif("observed_days", F.lit(0)))
        .withColumn("most_watch", category_in(F.greatest(*weights)))
        .select(*TABLE.names)
    )
