"""clean_search: what users searched for on a day. Rules for single records: search_rules.py."""

from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from c360_assets.cleaning.search_rules import EVENT, accepted_events, user_of
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing import raw_search
from c360_assets.metadata.figures import small_table
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import NETWORKS, OUTCOMES, UNKNOWN
from c360_assets.text.columns import key_of_keyword, known, masked_keyword, plan_names, trimmed, trusted_time
from resources.lake.sql import LakeQuery

MASKED_EVENT = tuple("masked_text" if name == "keyword" else name for name in EVENT)

TABLE = TableSpec(
    "clean_search",
    "What users searched for on a day: one row per search. Records that differ only in their event id are one search. "
    "Phone numbers, card numbers and e-mail addresses are masked in keywords; no later table holds them.",
    group="cleaning",
    unit="day",
    key=("search_id",),
    definition=Section("cleaning-search.md", "What an accepted record becomes"),
    inputs=(Input(raw_search.TABLE, required=True),),
    uses_reference=True,
    code_version="3",
    columns=(
        ColumnSpec("search_id", "string", "Hex SHA-256 of the landed fields except eventID, the keyword in its masked form; with "
               "a number where several searches are equal then"),
        ColumnSpec("event_id", "string", "The smallest event id among the records of the search", nullable=True,
               of=("raw_search.event_id",)),
        ColumnSpec("user_id", "string", "User id, trimmed; text, because leading zeros count", personal=True,
               of=("raw_search.user_id",)),
        ColumnSpec("keyword", "string", "Keyword in one consistent form: NFC, digits as 0–9, nothing invisible, single "
               "spaces; `<email>`, `<card>` and `<phone>` replace what was masked", personal=True, of=("raw_search.keyword",)),
        ColumnSpec("keyword_key", "string", "What keywords are compared and counted by: the masked keyword without accents, "
               "case and punctuation", personal=True, of=("raw_search.keyword",)),
        ColumnSpec("outcome", "string", "How the search ended", values=OUTCOMES,
               of=("raw_search.category",)),
        ColumnSpec("searched_at", "timestamp", "Time on the device's clock, stored as if UTC; null where it is missing or wrong",
               nullable=True, of=("raw_search.datetime",)),
        ColumnSpec("clock_error", "boolean", "Whether the landed time can't be read, or is more than a day off the log's day",
               of=("raw_search.datetime",)),
        ColumnSpec("platform", "string", "Device platform, in lower case", nullable=True, of=("raw_search.platform",)),
        ColumnSpec("network", "string", "Kind of network; null where it was none of these", nullable=True,
               values=NETWORKS, of=("raw_search.network_type",)),
        ColumnSpec("isp", "string", "Internet provider", nullable=True, of=("raw_search.proxy_isp",)),
        ColumnSpec("action", "string", "Action in the app", nullable=True, of=("raw_search.action",)),
        ColumnSpec("plans", "string", "Names of the user's plans, in text order, joined by a comma", nullable=True,
               of=("raw_search.user_plans_map",)),
        ColumnSpec("masked", "boolean", "Whether something was masked in the keyword", of=("raw_search.keyword",)),
        ColumnSpec("source_rows", "bigint", "Landed records that the row counts: always 1, since copies are duplicates",
               at_least=1),
    ),
    row_rules=(
        RowRule("one_form", "Searches are in their one form, and their keywords hold no personal number", {
            "search_id": "search_id rlike '^[0-9a-f]{64}$'",
            "user_id": "user_id <> ''",
            "keyword": "keyword <> '' and keyword_key <> ''",
            "clock_error": "not clock_error or searched_at is null",
            "masked": "not masked or keyword rlike '<(email|card|phone)>'",
            "phone": "not keyword rlike '(^|[^0-9])(0|84|840)[35789][0-9]{8}($|[^0-9])'",
            "card": "not keyword rlike '[0-9]{13}'",
            "email": "not keyword rlike '[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+[.])+[A-Za-z]{2,}'",
        }, personal=True),
    ),
)  # fmt: skip


def search_ids(searches: DataFrame) -> DataFrame:
    """The searches with `search_id`: a digest of what landed, with the masked keyword in place of the landed one.

    A digest of the landed keyword would give a masked number back to whoever tries them all. Searches that are equal
    then are numbered in the order of their landed keywords.
    """
    equal = Window.partitionBy("digest").orderBy("keyword")
    numbered = searches.withColumn("digest", digest_of(MASKED_EVENT)).withColumn("place", F.row_number().over(equal))
    again = F.sha2(F.concat_ws("#", "digest", F.col("place").cast("string")), 256)
    return numbered.withColumn("search_id", F.when(F.col("place") == 1, F.col("digest")).otherwise(again))


def digest_of(columns: tuple[str, ...]) -> SparkColumn:
    """Hex SHA-256 over columns. Each value is preceded by its length, and null is `-`, so no two rows look alike."""
    parts = [
        F.coalesce(F.concat(F.length(name).cast("string"), F.lit(":"), F.col(name)), F.lit("-")) for name in columns
    ]
    return F.sha2(F.concat(*parts), 256)


def network_of(column: str, reference: Reference) -> SparkColumn:
    """The kind of network that a landed name means; null for any other name."""
    landed = F.lower(trimmed(column))
    networks = reference.measures.networks.items()
    return F.coalesce(*[F.when(landed.isin(list(names)), F.lit(network)) for network, names in networks])


def figures(lake: LakeQuery, day: date) -> dict[str, Any]:
    """What the UI shows of a day: searches by outcome, how many were masked, and how many had an impossible clock."""
    rows = lake.rows(
        [TABLE.name],
        "select outcome, count(*) as searches, count(*) filter (where masked) as masked, "
        f"count(*) filter (where clock_error) as clock_errors from {TABLE.name} where log_date = DATE '{day}' "
        "group by outcome order by searches desc, outcome",
    )
    return {
        "masked": sum(row["masked"] for row in rows),
        "clock_errors": sum(row["clock_errors"] for row in rows),
        "outcomes": small_table(rows),
    }


@table_asset(TABLE, metadata=figures)
def clean_search(raw_search: DataFrame, reference: Reference) -> DataFrame:
    """The searches of a day that break no rule, in one consistent form."""
    outcome = F.lower(trimmed("category"))
    measures = reference.measures
    markers = measures.null_markers
    masked = accepted_events(raw_search, reference).withColumn("masked_text", masked_keyword(F.col("normalised")))
    time = trusted_time(F.col("datetime"), F.col("log_date"), measures.clock_tolerance_days, measures.time_zone)
    return (
        search_ids(masked)
        .withColumn("searched_at", time)
        .select(
            "search_id",
            "event_id",
            user_of("user_id", markers).alias("user_id"),
            F.col("masked_text").alias("keyword"),
            key_of_keyword(F.col("masked_text")).alias("keyword_key"),
            F.when(outcome.isin(list(measures.known_outcomes)), outcome).otherwise(UNKNOWN).alias("outcome"),
            "searched_at",
            (known("datetime", markers).isNotNull() & F.col("searched_at").isNull()).alias("clock_error"),
            F.lower(known("platform", markers)).alias("platform"),
            network_of("network_type", reference).alias("network"),
            known("proxy_isp", markers).alias("isp"),
            known("action", markers).alias("action"),
            plan_names(known("user_plans_map", markers)).alias("plans"),
            (F.col("masked_text") != F.col("normalised")).alias("masked"),
            F.lit(1).cast("bigint").alias("source_rows"),
        )
    )
