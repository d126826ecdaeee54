"""customer360: everything known about a customer at the end of a month. Nothing is measured here, only brought together."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import dagster as dg
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from c360_assets.behaviour import activeness_segments, rfm, search_metrics, search_trends, taste, watch_metrics
from c360_assets.cleaning import identity_map, ledger_content, ledger_search
from c360_assets.contracts.partitions import add_months
from c360_assets.contracts.predicates import null_together
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.figures import small_table
from c360_assets.metadata.redaction import redacted
from c360_assets.reference.measures import MONTHS_BACK
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import DORMANT, LIFECYCLES
from resources.lake.sql import LakeQuery


def _from(source: TableSpec, skip: tuple[str, ...] = ()) -> tuple[ColumnSpec, ...]:
    """The columns of another table as they are here: null if the customer has no such side."""
    kept = [column for column in source.columns if column.name not in ("contract", "user_id", *skip)]
    more = {"lifecycle": "; dormant: watch_month is before the month, although content landed in it"}
    values = {"lifecycle": (*LIFECYCLES, DORMANT)}
    return tuple(
        replace(
            c,
            doc=c.doc + more.get(c.name, ""),
            nullable=True,
            of=(f"{source.name}.{c.name}",),
            values=values.get(c.name, c.values),
        )
        for c in kept
    )


_SEARCH_FIGURES = ("searches", "entered", "quit", "search_days", "most_search")
_LEFT_OUT = ("distinct_keywords", "first_searched", "last_searched", "most_search_key", "search_category")

_RFM_LEFT_OUT = ("recency_days", "recency_score", "frequency_score", "watch_score")

_WATCH_SIDE = tuple(
    name
    for source in (watch_metrics.TABLE, taste.TABLE, activeness_segments.TABLE, rfm.TABLE)
    for name in source.names
    if name not in ("contract", "watch_change", *_RFM_LEFT_OUT)
)
# A month's profile is due soon after the month's end: the warning comes first, then the failure.
_FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=timedelta(days=32), fail_window=timedelta(days=35))

TABLE = TableSpec(
    "customer360",
    "Everything known about a customer at the end of a month: one row per customer. A customer is a contract that watched "
    "in the month or in the three before, or whose user is in search_trends of the month; or a user without an accepted "
    "link to a contract. The watch side is that of the newest such month (watch_month), the search side that of the "
    "contract's user with the most searches. A match is never invented.",
    group="profile",
    freshness=_FRESHNESS,
    unit="month",
    key=("customer_id",),
    definition=Section("profile.md", "The profile"),
    inputs=(
        Input(watch_metrics.TABLE, start_offset=-MONTHS_BACK),
        Input(taste.TABLE, start_offset=-MONTHS_BACK),
        Input(activeness_segments.TABLE, start_offset=-MONTHS_BACK),
        Input(rfm.TABLE, start_offset=-MONTHS_BACK),
        Input(search_metrics.TABLE, start_offset=-1),
        Input(search_trends.TABLE),
        Input(identity_map.TABLE),
        Input(ledger_content.TABLE),
        Input(ledger_search.TABLE),
    ),
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("customer_id", "string", "`contract:` and the contract, or `user:` and a user who is linked to none; stable "
               "from month to month", personal=True, of=("watch_metrics.contract", "search_trends.user_id")),
        ColumnSpec("contract", "string", "Contract; null for a user who is linked to none", nullable=True, personal=True,
               of=("watch_metrics.contract", "identity_map.contract")),
        ColumnSpec("user_id", "string", "The user whose searches are shown: among a contract's users the one with the most "
               "searches in the month, then in the month before, then the first in text order", nullable=True, personal=True,
               of=("search_trends.user_id",)),
        ColumnSpec("users", "int", "Number of the customer's users that are in search_trends of the month", at_least=0,
               of=("identity_map.user_id", "search_trends.user_id")),
        ColumnSpec("as_of", "date", "Last day of the month with landed rows in either log",
               of=("ledger_content.log_date", "ledger_search.log_date")),
        ColumnSpec("matched", "boolean", "Whether both sides are known: watch_month and user_id are not null",
               of=("watch_metrics.contract", "search_trends.user_id")),
        ColumnSpec("watch_month", "date", "Month of the watch side: the newest with watch time among this month and the three "
               "before", nullable=True, of=("watch_metrics.month",)),
        *_from(watch_metrics.TABLE),
        *_from(taste.TABLE),
        *_from(activeness_segments.TABLE),
        *_from(rfm.TABLE, skip=_RFM_LEFT_OUT),
        ColumnSpec("recency_days", "int", "Days from last_watched to as_of", nullable=True, at_least=0,
               of=("watch_metrics.last_watched",)),
        ColumnSpec("search_month", "date", "The month, where the user searched in it; otherwise null, as are the search figures",
               nullable=True, of=("search_metrics.month",)),
        *_from(search_metrics.TABLE, skip=_LEFT_OUT),
        *_from(search_trends.TABLE),
    ),
    row_rules=(
        RowRule("sides_fit", "A side is known as a whole or not at all, and the rest follows from the sides", {
            "customer_id": "customer_id = coalesce(concat('contract:', contract), concat('user:', user_id))",
            "matched": "matched = (watch_month is not null and user_id is not null)",
            "users": "(users > 0) = (user_id is not null)",
            "watch_side": null_together("watch_month", _WATCH_SIDE),
            "search_side": null_together("search_month", _SEARCH_FIGURES),
            "trend_side": null_together("user_id", ("trending_type", "previous")),
            "as_of": "trunc(as_of, 'month') = month",
            "watch_month": "watch_month is null or watch_month <= month",
            "search_month": "search_month is null or search_month = month",
            "recency_days": "coalesce(recency_days, -1) = coalesce(datediff(as_of, last_watched), -1)",
        }),
    ),
)  # fmt: skip


def newest_watch_side(
    watch_metrics: DataFrame, taste: DataFrame, segments: DataFrame, rfm: DataFrame, month: date, reference: Reference
) -> DataFrame:
    """Each contract's newest watch side, of `watch_month`, among the month and those that a profile is carried on."""
    of_month = F.col("month") == F.lit(month)
    earlier = (F.col("month") < F.lit(month)) & (
        F.col("month") >= F.lit(add_months(month, -reference.measures.carried_months))
    )
    watching, groups = watch_metrics.where(of_month), rfm.drop(*_RFM_LEFT_OUT)
    # Most rows are of contracts of the month itself; those are joined by their name alone.
    now = (
        watching.join(taste.where(of_month).drop("month"), on="contract", how="inner")
        .join(segments.where(of_month).drop("month"), on="contract", how="inner")
        .join(groups.where(of_month).drop("month"), on="contract", how="inner")
    )  # fmt: skip
    keys = ["contract", "month"]
    carried = (
        watch_metrics.where(earlier)
        .groupBy("contract")
        .agg(F.max("month").alias("month"))
        .join(watching.select("contract"), on="contract", how="left_anti")
        .join(watch_metrics.where(earlier), on=keys, how="inner")
        .join(taste.where(earlier), on=keys, how="inner")
        .join(segments.where(earlier), on=keys, how="inner")
        .join(groups.where(earlier), on=keys, how="inner")
    )
    return now.unionByName(carried).withColumnRenamed("month", "watch_month")


def search_side(trends: DataFrame, metrics: DataFrame, identity: DataFrame, month: date) -> DataFrame:
    """One row per customer with a user in the trends: the user that represents it, and how many users it has."""
    is_now = F.col("month") == F.lit(month)
    now = metrics.where(is_now).select("user_id", F.col("month").alias("search_month"), *_SEARCH_FIGURES)
    before = metrics.where(F.col("month") == F.lit(add_months(month, -1))).select(
        "user_id", F.col("searches").alias("searches_before")
    )
    links = identity.select(F.col("contract").alias("linked_contract"), "user_id")
    users = (
        trends.drop("month")
        .join(now, on="user_id", how="left")
        .join(before, on="user_id", how="left")
        .join(links, on="user_id", how="left")
        .withColumn("customer_id", customer_id(F.col("linked_contract"), F.col("user_id")))
    )
    customer = Window.partitionBy("customer_id")
    by_weight = customer.orderBy(
        F.desc(F.coalesce("searches", F.lit(0))),
        F.desc(F.coalesce("searches_before", F.lit(0))),
        F.asc("user_id"),
    )
    return (
        users.withColumn("users", F.count(F.lit(1)).over(customer).cast("int"))
        .withColumn("place", F.row_number().over(by_weight))
        .where(F.col("place") == 1)
    )


_SAMPLE = (
    "customer_id", "contract", "user_id", "lifecycle", "user_type", "activeness", "most_watch", "taste", "searches",
    "most_search", "trending_type", "previous",
)  # fmt: skip


def customer_id(contract: SparkColumn, user: SparkColumn) -> SparkColumn:
    """The id of a customer, built from its contract, or from its user if there is no contract."""
    return F.coalesce(F.concat(F.lit("contract:"), contract), F.concat(F.lit("user:"), user))


def as_of(ledger_content: DataFrame, ledger_search: DataFrame) -> DataFrame:
    """One row: the last landed day of either log, and whether content landed. No row if nothing landed."""
    content = ledger_content.where(F.col("landed_rows") > 0).select("log_date", F.lit(1).alias("is_content"))
    search = ledger_search.where(F.col("landed_rows") > 0).select("log_date", F.lit(0).alias("is_content"))
    days = content.unionByName(search).agg(
        F.max("log_date").alias("as_of"), (F.max("is_content") == 1).alias("content_landed")
    )
    return days.where(F.col("as_of").isNotNull())


def bring_together(watch: DataFrame, search: DataFrame, landed: DataFrame, month: date) -> DataFrame:
    """One row per customer of either side, as known at the end of the month."""
    watching = watch.withColumn("customer_id", customer_id(F.col("contract"), F.lit(None).cast("string")))
    is_dormant = F.col("content_landed") & (F.col("watch_month") < F.lit(month))
    return (
        watching.join(search, on="customer_id", how="full")
        .crossJoin(landed)
        .withColumn("contract", F.coalesce("contract", "linked_contract"))
        .withColumn("users", F.coalesce("users", F.lit(0)))
        .withColumn("matched", F.col("watch_month").isNotNull() & F.col("user_id").isNotNull())
        .withColumn("lifecycle", F.when(is_dormant, DORMANT).otherwise(F.col("lifecycle")))
        .withColumn("recency_days", F.datediff("as_of", "last_watched").cast("int"))
        .select(*TABLE.names)
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: customers by the sides that are known, and a few of them, redacted."""
    where = f"from {TABLE.name} where month = DATE '{month}'"
    counts = lake.rows(
        [TABLE.name],
        "select count(*) as customers, count(*) filter (where matched) as both_sides, "
        "count(*) filter (where watch_month is not null and user_id is null) as watch_only, "
        "count(*) filter (where watch_month is null) as search_only, "
        f"count(*) filter (where lifecycle = '{DORMANT}') as dormant {where}",
    )[0]
    if not counts["customers"]:
        return {}
    names = ", ".join(_SAMPLE)
    sample = lake.rows([TABLE.name], f"select {names} {where} order by matched desc, customer_id limit 5")
    return {**counts, "match_rate": counts["both_sides"] / counts["customers"], "sample": small_table(redact(sample))}


def redact(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the sample with personal values redacted."""
    personal = {column.name for column in TABLE.columns if column.personal}
    return [
        {name: redacted(value) if name in personal and value is not None else value for name, value in row.items()}
        for row in rows
    ]


@table_asset(TABLE, metadata=figures)
def customer360(
    watch_metrics: DataFrame,
    taste: DataFrame,
    activeness_segments: DataFrame,
    rfm: DataFrame,
    search_metrics: DataFrame,
    search_trends: DataFrame,
    identity_map: DataFrame,
    ledger_content: DataFrame,
    ledger_search: DataFrame,
    month: date,
    reference: Reference,
) -> DataFrame:
    """One row per customer of either side, as known at the end of the month."""
    watching = newest_watch_side(watch_metrics, taste, activeness_segments, rfm, month, reference)
    searching = search_side(search_trends, search_metrics, identity_map, month)
    return bring_together(watching, searching, as_of(ledger_content, ledger_search), month)
