"""device_months: what each device watched in each app in a month. What a contract watched belongs in watch_metrics."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour.day_bits import day_of_month
from c360_assets.cleaning import clean_content
from c360_assets.contracts.predicates import in_month
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.reference.categories import CATEGORIES
from resources.engine.union import union_of_tables

TABLE = TableSpec(
    "device_months",
    "What a device watched in one app in a month: one row per contract, device and app with watch time. A contract's devices "
    "that are not known are one.",
    group="behaviour",
    unit="month",
    key=("contract", "mac", "app_name"),
    definition=Section("watching.md", "Devices in a month"),
    inputs=(Input(clean_content.TABLE),),
    columns=(
        ColumnSpec("contract", "string", "Contract that watched", personal=True, of=("clean_content.contract",)),
        ColumnSpec("mac", "string", "MAC address of the device; null where it is not known", nullable=True, personal=True,
               of=("clean_content.mac",)),
        ColumnSpec("app_name", "string", "App", of=("clean_content.app_name",)),
        ColumnSpec("category", "string", "Category of the app", values=CATEGORIES, of=("clean_content.category",)),
        ColumnSpec("seconds", "bigint", "Seconds watched", at_least=1, of=("clean_content.seconds",)),
        ColumnSpec("active_days", "int", "Distinct days with watch time", at_least=1, at_most=31,
               of=("clean_content.log_date",)),
        ColumnSpec("day_bits", "int", "The days with watch time: bit d - 1 is set for day d", at_least=1,
               of=("clean_content.log_date",)),
        ColumnSpec("first_watched", "date", "First day with watch time", of=("clean_content.log_date",)),
        ColumnSpec("last_watched", "date", "Last day with watch time", of=("clean_content.log_date",)),
    ),
    row_rules=(
        RowRule("days_fit", "The days agree with their bits", {
            "active_days": "active_days = bit_count(day_bits)",
            "first_watched": f"{in_month('first_watched', 'last_watched')}"
                             " and (day_bits & shiftleft(1, dayofmonth(first_watched) - 1)) > 0"
                             " and day_bits % shiftleft(1, dayofmonth(first_watched) - 1) = 0",
            "last_watched": "(day_bits & shiftleft(1, dayofmonth(last_watched) - 1)) > 0"
                            " and cast(day_bits as bigint) < shiftleft(1L, dayofmonth(last_watched))",
        }),
    ),
)  # fmt: skip


def with_new_days(device_months: DataFrame, clean_content: DataFrame) -> DataFrame:
    """The month's rows so far and the rows of new days, as one row per contract, device and app."""
    return _summed(union_of_tables(device_months, _of_days(clean_content)))


@table_asset(TABLE, extend=with_new_days)
def device_months(clean_content: DataFrame) -> DataFrame:
    """One row per contract, device and app. Rows that were cut to 0 s count nowhere."""
    return _summed(_of_days(clean_content))


def _of_days(clean_content: DataFrame) -> DataFrame:
    """Each clean row as a month of its own."""
    return clean_content.where(F.col("seconds") > 0).select(
        "contract",
        "mac",
        "app_name",
        "category",
        "seconds",
        F.lit(1).alias("active_days"),
        day_of_month().cast("int").alias("day_bits"),
        F.col("log_date").alias("first_watched"),
        F.col("log_date").alias("last_watched"),
    )


def _summed(rows: DataFrame) -> DataFrame:
    return (
        rows.groupBy("contract", "mac", "app_name", "category")
        .agg(
            F.sum("seconds").alias("seconds"),
            F.bit_or("day_bits").alias("day_bits"),
            F.min("first_watched").alias("first_watched"),
            F.max("last_watched").alias("last_watched"),
        )
        .withColumn("active_days", F.bit_count("day_bits").cast("int"))
        .select(*TABLE.names)
    )
