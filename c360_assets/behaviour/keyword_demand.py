"""keyword_demand: what many people search for in a month, and whether it rises."""

from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from c360_assets.behaviour.search_metrics import category_of_keys, least
from c360_assets.cleaning import clean_search, ledger_search
from c360_assets.contracts.partitions import last_day
from c360_assets.contracts.predicates import CLOSE, null_together
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import bars, picture
from c360_assets.metadata.redaction import redacted
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import DEMAND_TRENDS, ENTER, FALLING, NEW, QUIT, RISING, STEADY, UNKNOWN
from resources.lake.sql import LakeQuery

_SHOWN = 12
_PREVIOUS = ("previous_searches", "previous_users", "previous_place")

TABLE = TableSpec(
    "keyword_demand",
    "What many people search for in a month: one row per keyword key with enough different users (5; reference data), so "
    "that no row is about a single one of them.",
    group="behaviour",
    unit="month",
    key=("keyword_key",),
    definition=Section("searching.md", "Demand for keywords"),
    inputs=(Input(clean_search.TABLE, start_offset=-1), Input(ledger_search.TABLE, start_offset=-1, end_offset=-1)),
    uses_reference=True,
    columns=(
        ColumnSpec("keyword_key", "string", "What keywords are compared and counted by", personal=True,
               of=("clean_search.keyword_key",)),
        ColumnSpec("keyword", "string", "The most frequent spelling; ties: the first in text order", personal=True,
               of=("clean_search.keyword",)),
        ColumnSpec("category", "string", "Category by the keyword dictionary; unknown where it has none",
               of=("clean_search.keyword_key",)),
        ColumnSpec("searches", "bigint", "Searches, of any outcome", at_least=1, of=("clean_search.search_id",)),
        ColumnSpec("users", "bigint", "Different users", at_least=1, of=("clean_search.user_id",)),
        ColumnSpec("entered", "bigint", "Searches that were entered", at_least=0, of=("clean_search.outcome",)),
        ColumnSpec("quit", "bigint", "Searches that were quit", at_least=0, of=("clean_search.outcome",)),
        ColumnSpec("quit_share", "double", "quit / searches", at_least=0, at_most=1, of=("clean_search.outcome",)),
        ColumnSpec("place", "int", "1, 2, …: most users first, then most searches, then key in text order", at_least=1,
               of=("clean_search.user_id", "clean_search.search_id")),
        ColumnSpec("previous_searches", "bigint", "Searches in the month before; null where the key had no row", nullable=True,
               at_least=1, of=("clean_search.search_id",)),
        ColumnSpec("previous_users", "bigint", "Users in the month before", nullable=True, at_least=1,
               of=("clean_search.user_id",)),
        ColumnSpec("previous_place", "int", "Place in the month before", nullable=True, at_least=1,
               of=("clean_search.user_id", "clean_search.search_id")),
        ColumnSpec("demand_trend", "string", "rising to a smaller place, falling to a greater one, otherwise steady; new "
               "without a row in the month before; unknown where no search day of that month landed", values=DEMAND_TRENDS,
               of=("clean_search.user_id", "ledger_search.landed_rows")),
    ),
    row_rules=(
        RowRule("counts_fit", "Outcomes are part of the searches, and no user counts without one", {
            "searches": "entered + quit <= searches and users <= searches",
            "quit_share": f"abs(quit_share - quit / nullif(searches, 0)) <= {CLOSE}",
        }),
        RowRule("trend_fits", "The trend follows from the two places", {
            "previous": null_together("previous_place", _PREVIOUS),
            "demand_trend":
                "case demand_trend"
                f" when '{RISING}' then place < previous_place"
                f" when '{FALLING}' then place > previous_place"
                f" when '{STEADY}' then place = previous_place"
                " else previous_place is null end",
        }),
    ),
)  # fmt: skip


def demand(clean_search: DataFrame, min_users: int) -> DataFrame:
    """The keys of a month's searches that enough users share, with their figures and places.

    Searches are summed by user and spelling first, so that no engine keeps a set of users for each key.
    """
    spellings = clean_search.groupBy("keyword_key", "keyword", "user_id").agg(*_counts())
    by_spelling = spellings.groupBy("keyword_key", "keyword").agg(*_sums())
    spelling = F.struct((-F.col("searches")).alias("most_first"), "keyword")
    keys = by_spelling.groupBy("keyword_key").agg(*_sums(), F.collect_list(spelling).alias("spellings"))
    users = (
        spellings.select("keyword_key", "user_id")
        .distinct()
        .groupBy("keyword_key")
        .agg(F.count(F.lit(1)).alias("users"))
    )
    # One partition by a constant: without any, the client warns each user.
    by_place = Window.partitionBy(F.lit(1)).orderBy(F.desc("users"), F.desc("searches"), F.asc("keyword_key"))
    return (
        users.where(F.col("users") >= min_users)
        .join(keys, on="keyword_key", how="inner")
        .withColumn("keyword", least("spellings")["keyword"])
        .withColumn("place", F.row_number().over(by_place).cast("int"))
        .drop("spellings")
    )


def _counts() -> list[SparkColumn]:
    return [
        F.count(F.lit(1)).alias("searches"),
        F.sum(F.when(F.col("outcome") == ENTER, 1).otherwise(0)).cast("bigint").alias("entered"),
        F.sum(F.when(F.col("outcome") == QUIT, 1).otherwise(0)).cast("bigint").alias("quit"),
    ]


def _sums() -> list[SparkColumn]:
    return [F.sum(name).alias(name) for name in ("searches", "entered", "quit")]


def demand_trend() -> SparkColumn:
    """How the place moved; `month_before_landed` says whether it can be compared."""
    place, before = F.col("place"), F.col("previous_place")
    return (
        F.when(~F.col("month_before_landed"), UNKNOWN)
        .when(before.isNull(), NEW)
        .when(place < before, RISING)
        .when(place > before, FALLING)
        .otherwise(STEADY)
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: keywords by trend, and the most wanted by place, with how often they were quit.

    Keywords are redacted: who has searched for one may be known by it.
    """
    where = f"from {TABLE.name} where month = DATE '{month}'"
    rows = lake.rows([TABLE.name], f"select demand_trend, count(*) as keywords {where} group by demand_trend")
    if not rows:
        return {}
    most_wanted = lake.rows(
        [TABLE.name], f"select place, keyword, users, quit_share {where} order by place limit {_SHOWN}"
    )
    top = {f"{row['place']}. {redacted(row['keyword'])}": row for row in most_wanted}
    title = f"Most wanted in {month:%Y-%m}: users, and share of searches that were quit"
    most = most_wanted[0]["users"]
    chart = bars(
        title,
        {name: row["users"] / most for name, row in top.items()},
        {name: f"{row['users']:,} ({row['quit_share']:.0%} quit)" for name, row in top.items()},
        label=170,
    )
    return {
        **{f"trend_{name}": 0 for name in DEMAND_TRENDS},
        **{f"trend_{row['demand_trend']}": row["keywords"] for row in rows},
        "most_wanted": picture(chart, title),
    }


@table_asset(TABLE, metadata=figures)
def keyword_demand(clean_search: DataFrame, ledger_search: DataFrame, month: date, reference: Reference) -> DataFrame:
    """One row per keyword key that enough users share."""
    is_now = F.col("log_date").between(F.lit(month), F.lit(last_day(month)))
    min_users = reference.measures.demand_min_users
    now = demand(clean_search.where(is_now), min_users)
    before = demand(clean_search.where(~is_now), min_users).select(
        "keyword_key", *[F.col(name.removeprefix("previous_")).alias(name) for name in _PREVIOUS]
    )
    landed = ledger_search.where(F.col("landed_rows") > 0).agg((F.count(F.lit(1)) > 0).alias("month_before_landed"))
    categories = category_of_keys(now.select(F.col("keyword_key").alias("most_search_key")), reference).select(
        F.col("most_search_key").alias("keyword_key"), F.col("search_category").alias("category")
    )
    return (
        now.join(before, on="keyword_key", how="left")
        .join(categories, on="keyword_key", how="left")
        .crossJoin(landed)
        .withColumn("category", F.coalesce("category", F.lit(UNKNOWN)))
        .withColumn("quit_share", F.col("quit") / F.col("searches"))
        .withColumn("demand_trend", demand_trend())
        .select(*TABLE.names)
    )
