"""The rules a search record must pass, in their order. Used by clean_search, quarantine_search and ledger_search."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.reference import Reference
from c360_assets.text_columns import filled, folded, folded_keyword, normalised_keyword

EVENT = (
    "datetime",
    "user_id",
    "keyword",
    "category",
    "proxy_isp",
    "platform",
    "network_type",
    "action",
    "user_plans_map",
)
"""The landed columns that make two records of a day the same search: all but eventID."""

REASONS = ("unparseable", "missing_user", "missing_keyword", "not_a_search")


def with_reason(raw: DataFrame, reference: Reference) -> DataFrame:
    """The raw rows with `reason`, the first rule that a row breaks, or ACCEPTED."""
    no_keyword = F.coalesce(normalised_keyword(F.col("keyword")), F.lit("")) == ""
    is_ui_text = folded_keyword(F.col("keyword")).isin(folded(reference.ui_texts))
    reason = (
        F.when(F.col("unparsed").isNotNull(), "unparseable")
        .when(filled("user_id").isNull(), "missing_user")
        .when(no_keyword, "missing_keyword")
        .when(is_ui_text, "not_a_search")
        .otherwise(ACCEPTED)
    )
    return raw.withColumn("reason", reason)


def accepted_events(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row a day and distinct search that breaks no rule, its smallest `event_id`, and how many `copies` landed."""
    accepted = with_reason(raw, reference).where(F.col("reason") == ACCEPTED)
    return accepted.groupBy("log_date", *EVENT).agg(
        F.min("event_id").alias("event_id"), F.count(F.lit(1)).alias("copies")
    )
