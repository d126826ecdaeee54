"""The rules that a search record must pass, in order. Used by clean_search, quarantine_search and ledger_search."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.reasons import ACCEPTED, MISSING_KEYWORD, MISSING_USER, NOT_A_SEARCH, UNPARSEABLE
from c360_assets.reference.model import Reference
from c360_assets.text.columns import filled, folded, normalised_keyword, without_case
from resources.engine.optimization_barrier import optimization_barrier

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
"""The landed columns by which two records of a day are the same search: all but eventID."""

REASONS = (UNPARSEABLE, MISSING_USER, MISSING_KEYWORD, NOT_A_SEARCH)


def with_reason(raw: DataFrame, reference: Reference) -> DataFrame:
    """The raw rows that were not erased, with `reason` and their keyword `normalised`.

    The reason is the first rule that a row breaks, or ACCEPTED.
    """
    normalised = F.col("normalised")
    is_ui_text = without_case(normalised).isin(folded(reference.ui_texts))
    reason = (
        F.when(F.col("unparsed").isNotNull(), UNPARSEABLE)
        .when(filled("user_id").isNull(), MISSING_USER)
        .when(normalised.isNull() | (normalised == ""), MISSING_KEYWORD)
        .when(is_ui_text, NOT_A_SEARCH)
        .otherwise(ACCEPTED)
    )
    kept = raw.where(F.col("erased").isNull())
    return kept.withColumn("normalised", optimization_barrier(normalised_keyword(F.col("keyword")))).withColumn(
        "reason", optimization_barrier(reason)
    )


def accepted_events(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row per distinct search of a day that breaks no rule.

    It has the smallest `event_id`, the keyword `normalised`, and how many `copies` of the search landed.
    """
    accepted = with_reason(raw, reference).where(F.col("reason") == ACCEPTED)
    return accepted.groupBy("log_date", *EVENT).agg(
        F.min("event_id").alias("event_id"),
        F.min("normalised").alias("normalised"),
        F.count(F.lit(1)).alias("copies"),
    )
