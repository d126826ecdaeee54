"""retention: which of the contracts that began to watch in a month still watch."""

from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import watch_metrics
from c360_assets.cleaning import ledger_content
from c360_assets.contracts.partitions import add_months
from c360_assets.contracts.predicates import CLOSE
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import picture, triangle
from c360_assets.reference.measures import COHORT_MONTHS
from resources.lake.sql import LakeQuery

TABLE = TableSpec(
    "retention",
    "Which of the contracts that began to watch in a month still watch: one row per cohort, the contracts that share their "
    "first month among this and the twelve before. Nothing where no content day of the month landed.",
    group="behaviour",
    unit="month",
    key=("cohort_month",),
    definition=Section("watching.md", "Retention"),
    inputs=(
        Input(watch_metrics.TABLE, start_offset=-COHORT_MONTHS),
        Input(ledger_content.TABLE, start_offset=-COHORT_MONTHS),
    ),
    columns=(
        ColumnSpec("cohort_month", "date", "First month with watch time among this and the twelve before",
               of=("watch_metrics.month",)),
        ColumnSpec("is_open", "boolean", "Whether the cohort is that of the earliest month: its contracts may have watched "
               "before", of=("watch_metrics.month",)),
        ColumnSpec("months_since", "int", "Months from cohort_month to the month", at_least=0, at_most=COHORT_MONTHS,
               of=("watch_metrics.month",)),
        ColumnSpec("contracts", "bigint", "Contracts of the cohort", at_least=1, of=("watch_metrics.contract",)),
        ColumnSpec("watching", "bigint", "Those of them that watched in the month", at_least=0, of=("watch_metrics.contract",)),
        ColumnSpec("retained", "double", "watching / contracts", at_least=0, at_most=1, of=("watch_metrics.contract",)),
        ColumnSpec("seconds", "bigint", "Their seconds in the month", at_least=0, of=("watch_metrics.seconds_total",)),
        ColumnSpec("has_gap", "boolean", "Whether no content day landed in a month from cohort_month to the month",
               of=("ledger_content.landed_rows",)),
    ),
    row_rules=(
        RowRule("cohort_fits", "The cohort is as old as it says, and those who watch are of it", {
            "months_since": "add_months(cohort_month, months_since) = month",
            "is_open": f"is_open = (months_since = {COHORT_MONTHS})",
            "watching": "watching <= contracts and (months_since > 0 or watching = contracts)",
            "retained": f"abs(retained - watching / nullif(contracts, 0)) <= {CLOSE}",
            "seconds": "(seconds > 0) = (watching > 0)",
        }),
    ),
)  # fmt: skip


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: the cohorts of the year up to it, and which part of each still watched."""
    rows = lake.rows(
        [TABLE.name],
        f"select cohort_month, months_since, retained from {TABLE.name} where not is_open and month between "
        f"DATE '{add_months(month, -COHORT_MONTHS)}' and DATE '{month}'",
    )
    if not rows:
        return {}
    title = f"Share of each cohort that still watched, by months since, up to {month:%Y-%m}"
    shares = {(f"{row['cohort_month']:%Y-%m}", row["months_since"]): row["retained"] for row in rows}
    return {"cohorts": len({cohort for cohort, _ in shares}), "retention": picture(triangle(title, shares), title)}


@table_asset(TABLE, metadata=figures)
def retention(watch_metrics: DataFrame, ledger_content: DataFrame, month: date) -> DataFrame:
    """One row per cohort, in a month in which content landed."""
    is_now = F.col("month") == F.lit(month)
    cohorts = (
        watch_metrics.groupBy("contract")
        .agg(F.min("month").alias("cohort_month"), F.max(F.when(is_now, F.col("seconds_total"))).alias("seconds_now"))
        .groupBy("cohort_month")
        .agg(
            F.count(F.lit(1)).alias("contracts"),
            F.count("seconds_now").alias("watching"),
            F.coalesce(F.sum("seconds_now"), F.lit(0)).cast("bigint").alias("seconds"),
        )
    )
    landed = (
        ledger_content.where(F.col("landed_rows") > 0)
        .select(F.trunc("log_date", "month").alias("landed_month"))
        .distinct()
    )
    with_content = landed.where(F.col("landed_month") == F.lit(month)).select(F.lit(True).alias("has_content"))
    landed_since = (
        cohorts.join(landed, on=F.col("landed_month") >= F.col("cohort_month"), how="left")
        .groupBy("cohort_month")
        .agg(F.count("landed_month").alias("landed_months"))
    )
    since = F.months_between(F.lit(month), F.col("cohort_month")).cast("int")
    return (
        cohorts.join(landed_since, on="cohort_month", how="inner")
        .crossJoin(with_content)
        .withColumn("months_since", since)
        .withColumn("is_open", F.col("months_since") == COHORT_MONTHS)
        .withColumn("retained", F.col("watching") / F.col("contracts"))
        .withColumn("has_gap", F.col("landed_months") < F.col("months_since") + 1)
        .select(*TABLE.names)
    )
