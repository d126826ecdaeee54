"""The rules that a search record must pass, in order. Used by clean_search, quarantine_search and ledger_search."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.reasons import (
    ACCEPTED,
    KEYWORD_TOO_LONG,
    MISSING_KEYWORD,
    MISSING_USER,
    NOT_A_SEARCH,
    UNPARSEABLE,
)
from c360_assets.reference.model import Reference
from c360_assets.text.columns import folded, known, normalised_keyword, trimmed, without_case
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

REASONS = (UNPARSEABLE, MISSING_USER, KEYWORD_TOO_LONG, MISSING_KEYWORD, NOT_A_SEARCH)


def user_of(column: str, markers: Sequence[str]) -> Column:
    """A user's id in its one form: trimmed text, whose leading zeros count; null where it is blank or means null.

    Tools that take ids for numbers append `.0`, which is removed.
    """
    return F.regexp_replace(known(column, markers), r"^([0-9]+)\.0+$", "$1")


def with_reason(raw: DataFrame, reference: Reference) -> DataFrame:
    """The raw rows that were not erased, with `reason` and their keyword `normalised`.

    The reason is the first rule that a row breaks, or ACCEPTED.
    """
    measures, normalised = reference.measures, F.col("normalised")
    is_too_long = F.length("keyword") > measures.keyword_max_length
    kept_keyword = F.when(
        ~is_too_long & ~trimmed("keyword").isin(list(measures.keyword_null_markers)), F.col("keyword")
    )
    is_ui_text = without_case(normalised).isin(folded(reference.ui_texts))
    reason = (
        F.when(F.col("unparsed").isNotNull(), UNPARSEABLE)
        .when(user_of("user_id", measures.null_markers).isNull(), MISSING_USER)
        .when(is_too_long, KEYWORD_TOO_LONG)
        .when(normalised.isNull() | (normalised == ""), MISSING_KEYWORD)
        .when(is_ui_text, NOT_A_SEARCH)
        .otherwise(ACCEPTED)
    )
    kept = raw.where(F.col("erased").isNull())
    return kept.withColumn("normalised", optimization_barrier(normalised_keyword(kept_keyword))).withColumn(
        "reason", optimization_barrier(reason)
    )


def accepted_events(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row per distinct search of a day that breaks no rule.

    It has the smallest `event_id`, the keyword `normalised`, and how many `copies` of the search landed.
    """
    accepted = with_reason(raw, reference).where(F.col("reason") == ACCEPTED)
    return accepted.groupBy("log_date", *EVENT).agg(
        F.min(F.when(~trimmed("event_id").isin(list(reference.measures.null_markers)), F.col("event_id"))).alias(
            "event_id"
        ),
        F.min("normalised").alias("normalised"),
        F.count(F.lit(1)).alias("copies"),
    )
