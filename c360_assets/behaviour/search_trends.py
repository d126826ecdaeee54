"""search_trends: whether what a user searches for has changed since the month before."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import search_metrics
from c360_assets.cleaning import ledger_search
from c360_assets.contracts.partitions import month_of
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.reference.vocabulary import CHANGED, LOST, NEW, TRENDS, UNCHANGED, UNKNOWN

TABLE = TableSpec(
    "search_trends",
    "How a user's search category changed from the month before: one row per user who searched in either month. A month "
    "for which no search day landed has no rows.",
    group="behaviour",
    unit="month",
    key=("user_id",),
    definition=Section("searching.md", "Trends"),
    inputs=(Input(search_metrics.TABLE, start_offset=-1), Input(ledger_search.TABLE, start_offset=-1)),
    columns=(
        ColumnSpec("user_id", "string", "User", personal=True, of=("search_metrics.user_id",)),
        ColumnSpec("search_category", "string", "Category of the month; null where the user did not search", nullable=True,
               of=("search_metrics.search_category",)),
        ColumnSpec("previous_category", "string", "Category of the month before; null where the user did not search",
               nullable=True, of=("search_metrics.search_category",)),
        ColumnSpec("trending_type", "string", "new: did not search in the month before; lost: did not search in this month; "
               "unknown: a category is unknown, or no search day of the month before landed; "
               "otherwise unchanged or changed", values=TRENDS,
               of=("search_metrics.search_category", "ledger_search.landed_rows")),
        ColumnSpec("previous", "string", "For changed, both categories (`before -> now`); otherwise the category that is known",
               of=("search_metrics.search_category",)),
    ),
    row_rules=(
        RowRule("trend_fits", "The trend follows from the two categories", {
            "trending_type":
                "case trending_type"
                f" when '{NEW}' then previous_category is null and search_category is not null"
                f" when '{LOST}' then previous_category is not null and search_category is null"
                f" when '{CHANGED}' then previous_category <> search_category"
                f" when '{UNCHANGED}' then previous_category = search_category"
                " else coalesce(previous_category, search_category) is not null end",
            "previous": f"trending_type <> '{CHANGED}' or previous = concat(previous_category, ' -> ', search_category)",
        }),
    ),
)  # fmt: skip


@table_asset(TABLE)
def search_trends(search_metrics: DataFrame, ledger_search: DataFrame, month: date) -> DataFrame:
    """One row per user who searched in the month or in the one before."""
    is_now = F.col("month") == F.lit(month)
    now = search_metrics.where(is_now).select("user_id", "search_category")
    before = search_metrics.where(~is_now).select("user_id", F.col("search_category").alias("previous_category"))
    in_month = F.trunc("log_date", "month") == F.lit(month_of(month))
    landed = ledger_search.where(F.col("landed_rows") > 0).agg(
        F.coalesce(F.sum(F.when(in_month, 1).otherwise(0)), F.lit(0)).alias("days_now"),
        F.coalesce(F.sum(F.when(in_month, 0).otherwise(1)), F.lit(0)).alias("days_before"),
    )
    current, earlier = F.col("search_category"), F.col("previous_category")
    trend = (
        F.when(F.col("days_before") == 0, UNKNOWN)
        .when(earlier.isNull(), NEW)
        .when(current.isNull(), LOST)
        .when((current == UNKNOWN) | (earlier == UNKNOWN), UNKNOWN)
        .when(current == earlier, UNCHANGED)
        .otherwise(CHANGED)
    )
    known = F.coalesce(F.nullif(current, F.lit(UNKNOWN)), F.nullif(earlier, F.lit(UNKNOWN)), F.lit(UNKNOWN))
    previous = F.when(F.col("trending_type") == CHANGED, F.concat(earlier, F.lit(" -> "), current)).otherwise(known)
    return (
        now.join(before, on="user_id", how="full")
        .crossJoin(landed.where(F.col("days_now") > 0))
        .withColumn("trending_type", trend)
        .withColumn("previous", previous)
        .select(*TABLE.names)
    )
