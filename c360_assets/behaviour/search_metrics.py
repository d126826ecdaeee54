"""search_metrics: what a user searched for in a month."""

from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from c360_assets.behaviour.day_bits import day_of_month
from c360_assets.cleaning import clean_search
from c360_assets.contracts.partitions import add_months
from c360_assets.contracts.predicates import in_month
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import columns, picture
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import ENTER, QUIT, UNKNOWN
from resources.lake.sql import LakeQuery

_KEYWORD = (
    "clean_search.keyword",
    "clean_search.keyword_key",
    "clean_search.outcome",
    "clean_search.searched_at",
)

TABLE = TableSpec(
    "search_metrics",
    "What a user searched for in a month: one row per user who searched.",
    group="behaviour",
    unit="month",
    key=("user_id",),
    definition=Section("searching.md", "Searching in a month"),
    inputs=(Input(clean_search.TABLE),),
    uses_reference=True,
    columns=(
        ColumnSpec("user_id", "string", "User who searched", personal=True, of=("clean_search.user_id",)),
        ColumnSpec("searches", "bigint", "Searches, of any outcome", at_least=1, of=("clean_search.search_id",)),
        ColumnSpec("entered", "bigint", "Searches that were entered", at_least=0, of=("clean_search.outcome",)),
        ColumnSpec("quit", "bigint", "Searches that were quit", at_least=0, of=("clean_search.outcome",)),
        ColumnSpec("search_days", "int", "Distinct days with a search", at_least=1, at_most=31, of=("clean_search.log_date",)),
        ColumnSpec("distinct_keywords", "int", "Distinct keyword keys", at_least=1, of=("clean_search.keyword_key",)),
        ColumnSpec("first_searched", "date", "First day with a search", of=("clean_search.log_date",)),
        ColumnSpec("last_searched", "date", "Last day with a search", of=("clean_search.log_date",)),
        ColumnSpec("most_search", "string", "The user's most frequent spelling of most_search_key; ties: text order",
               personal=True, of=_KEYWORD),
        ColumnSpec("most_search_key", "string", "Keyword key with the most entered searches; ties: more searches, later "
               "last search, text order", personal=True, of=_KEYWORD),
        ColumnSpec("search_category", "string", "Category of most_search_key by the keyword dictionary: that of the key itself, "
               "otherwise of the longest phrase in it as whole words, otherwise unknown", of=_KEYWORD),
    ),
    row_rules=(
        RowRule("adds_up", "No part is more than all searches; days are in the month", {
            "outcomes": "entered + quit <= searches",
            "distinct_keywords": "distinct_keywords <= searches",
            "search_days": "search_days <= searches",
            "first_searched": in_month("first_searched", "last_searched"),
        }),
    ),
)  # fmt: skip


def least(structs: str) -> SparkColumn:
    """The least struct of an array. Most arrays have only one, and comparing structs is slow."""
    return F.when(F.size(structs) == 1, F.col(structs)[0]).otherwise(F.array_min(structs))


def _totals() -> list[SparkColumn]:
    """The figures that add up from spellings to keywords, and from keywords to users."""
    return [
        *[F.sum(name).alias(name) for name in ("searches", "entered", "quit")],
        F.bit_or("days").alias("days"),
        F.min("first_searched").alias("first_searched"),
        F.max("last_searched").alias("last_searched"),
    ]


def category_of_keys(keys: DataFrame, reference: Reference) -> DataFrame:
    """The `search_category` of each `most_search_key` that the dictionary knows.

    A phrase that equals the key is also the longest phrase in it, so one rule covers both. Phrases are looked up by
    their first word, which must be a word of the key.
    """
    rows = [(word.key, word.key.split(" ")[0], word.category) for word in reference.keywords]
    phrases = keys.sparkSession.createDataFrame(rows, "phrase string, word string, search_category string")
    words = keys.withColumn("word", F.explode(F.array_distinct(F.split("most_search_key", " "))))
    stands_in = F.concat(F.lit(" "), "most_search_key", F.lit(" ")).contains(F.concat(F.lit(" "), "phrase", F.lit(" ")))
    longest = Window.partitionBy("most_search_key").orderBy(F.desc(F.length("phrase")), F.asc("phrase"))
    return (
        words.join(phrases, on="word", how="inner")
        .where(stands_in)
        .withColumn("place", F.row_number().over(longest))
        .where(F.col("place") == 1)
        .select("most_search_key", "search_category")
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: how far the keyword dictionary reaches, in the month and in the year up to it."""
    rows = lake.rows(
        [TABLE.name],
        "select month, count(*) as users, sum(searches) as searches, "
        f"count(*) filter (where search_category <> '{UNKNOWN}') as known_users, "
        f"coalesce(sum(searches) filter (where search_category <> '{UNKNOWN}'), 0) as known_searches from {TABLE.name} "
        f"where month between DATE '{add_months(month, -11)}' and DATE '{month}' group by month order by month",
    )
    newest = rows[-1] if rows and rows[-1]["month"] == month else None
    if newest is None:
        return {}
    title = "Share of users whose search category is known, by month"
    return {
        "known_users_share": newest["known_users"] / newest["users"],
        "known_searches_share": newest["known_searches"] / newest["searches"],
        "coverage": picture(
            columns(title, {f"{row['month']:%Y-%m}": row["known_users"] / row["users"] for row in rows}), title
        ),
    }


def by_spelling(clean_search: DataFrame) -> DataFrame:
    """The month's searches of each user, summed by spelling of a keyword."""
    when = F.coalesce(F.col("searched_at"), F.col("log_date").cast("timestamp"))
    return clean_search.groupBy("user_id", "keyword_key", "keyword").agg(
        F.count(F.lit(1)).alias("searches"),
        F.sum(F.when(F.col("outcome") == ENTER, 1).otherwise(0)).alias("entered"),
        F.sum(F.when(F.col("outcome") == QUIT, 1).otherwise(0)).alias("quit"),
        F.bit_or(day_of_month()).alias("days"),
        F.min("log_date").alias("first_searched"),
        F.max("log_date").alias("last_searched"),
        F.max(F.unix_micros(when)).alias("last_micros"),
    )


def by_keyword(spellings: DataFrame) -> DataFrame:
    """Each user's keywords, summed from their spellings; `keyword` is the most frequent spelling."""
    spelling = F.struct((-F.col("searches")).alias("most_first"), "keyword")
    keywords = spellings.groupBy("user_id", "keyword_key").agg(
        *_totals(),
        F.max("last_micros").alias("last_micros"),
        F.collect_list(spelling).alias("spellings"),
    )
    return keywords.withColumn("keyword", least("spellings")["keyword"])


def by_user(keywords: DataFrame) -> DataFrame:
    """Users, summed from their keywords; `most` is the keyword that represents the user."""
    keyword = F.struct(
        (-F.col("entered")).alias("most_entered_first"),
        (-F.col("searches")).alias("most_first"),
        (-F.col("last_micros")).alias("latest_first"),
        "keyword_key",
        "keyword",
    )
    users = keywords.groupBy("user_id").agg(
        *_totals(),
        F.count(F.lit(1)).cast("int").alias("distinct_keywords"),
        F.collect_list(keyword).alias("keywords"),
    )
    return users.withColumn("most", least("keywords"))


@table_asset(TABLE, metadata=figures)
def search_metrics(clean_search: DataFrame, reference: Reference) -> DataFrame:
    """One row per user who searched.

    The month's searches are read once and summed by spelling; keywords are summed from spellings, users from keywords. A
    keyword's spelling, and a user's keyword, is the least of its array by a total order, so that no tie is left to
    chance.
    """
    categories = category_of_keys(
        clean_search.select(F.col("keyword_key").alias("most_search_key")).distinct(), reference
    )
    return (
        by_user(by_keyword(by_spelling(clean_search)))
        .withColumn("search_days", F.bit_count("days").cast("int"))
        .withColumn("most_search", F.col("most")["keyword"])
        .withColumn("most_search_key", F.col("most")["keyword_key"])
        .join(categories, on="most_search_key", how="left")
        .withColumn("search_category", F.coalesce("search_category", F.lit(UNKNOWN)))
        .select(*TABLE.names)
    )
