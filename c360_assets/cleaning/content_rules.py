"""The rules that a content record must pass, in order: which one it breaks, and what its values mean.

Used by clean_content, quarantine_content and ledger_content, so that each counts by the same rules.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.reasons import (
    ACCEPTED,
    DURATION_OUT_OF_RANGE,
    MALFORMED_CONTRACT,
    MISSING_CONTRACT,
    MISSING_DURATION,
    MISSING_FIELD,
    NO_WATCH_TIME,
    UNPARSEABLE,
)
from c360_assets.reference.model import Reference
from c360_assets.text.columns import trimmed
from resources.engine.optimization_barrier import optimization_barrier

FIELDS = ("contract", "mac", "total_duration", "app_name")
RECORD = ("doc_index", "doc_type", "doc_id", "doc_score", *FIELDS)
"""The columns by which two records of a day are the same record, beside `undocumented_fields`."""

REASONS = (
    UNPARSEABLE,
    MISSING_FIELD,
    MISSING_CONTRACT,
    MALFORMED_CONTRACT,
    MISSING_DURATION,
    DURATION_OUT_OF_RANGE,
    NO_WATCH_TIME,
)


def contract_of(landed: Column) -> Column:
    """The contract in its one form, whether it is valid or not."""
    return F.upper(trimmed(landed))


def is_contract(contract: Column, reference: Reference) -> Column:
    """Whether a trimmed, upper-case text has a contract's form: 3–5 letters, then digits, 9 in all."""
    return contract.rlike(reference.measures.contract_pattern)


def seconds_of(duration: Column) -> Column:
    """The seconds of a trimmed duration; null if it is not a whole number, or far too large."""
    digits, with_zeros = duration.rlike("^[0-9]+$"), duration.rlike("^[0-9]+[.]0+$")
    whole = F.when(digits, duration).when(with_zeros, F.substring_index(duration, ".", 1))
    return whole.try_cast("bigint")


def _not_null(name: str, markers: Sequence[str]) -> Column:
    """The trimmed text of a field, blank or not; null where it is a marker that means null."""
    text = trimmed(name)
    return F.when(~text.isin(list(markers)), text) if markers else text


def with_reason(raw: DataFrame, reference: Reference) -> DataFrame:
    """The raw rows that were not erased, with `reason`, the first rule that a row breaks (or ACCEPTED), and its `seconds`.

    What several rules use is a column of its own: an engine computes an expression again for each branch it occurs in.
    """
    contract, duration, seconds = F.col("contract_text"), F.col("duration_text"), F.col("seconds")
    markers = reference.measures.null_markers
    nothing_there = F.coalesce(
        contract, duration, *[_not_null("mac", markers), _not_null("app_name", markers)]
    ).isNull()
    reason = (
        F.when(F.col("unparsed").isNotNull(), UNPARSEABLE)
        .when(nothing_there, MISSING_FIELD)
        .when(contract.isNull() | contract.isin("", "0"), MISSING_CONTRACT)
        .when(~is_contract(F.upper(contract), reference), MALFORMED_CONTRACT)
        .when(duration.isNull() | (duration == ""), MISSING_DURATION)
        .when(seconds.isNull() | (seconds > reference.measures.day_seconds), DURATION_OUT_OF_RANGE)
        .when(seconds == 0, NO_WATCH_TIME)
        .otherwise(ACCEPTED)
    )
    return (
        raw.where(F.col("erased").isNull())
        .withColumn("contract_text", _not_null("contract", markers))
        .withColumn("duration_text", _not_null("total_duration", markers))
        .withColumn("seconds", seconds_of(duration))
        .withColumn("reason", optimization_barrier(reason))
    )


def distinct_records(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row per distinct record: how many `copies` of it landed, and its `seconds`, null if it breaks a rule.

    Records that a document store has given an id are the same if all else that has a column is. Without one, their
    other fields count too. A marker that means null is not an id.
    """
    seconds = F.when(F.col("reason") == ACCEPTED, F.col("seconds"))
    has_no_id = _not_null("doc_id", reference.measures.null_markers).isNull()
    return (
        with_reason(raw, reference)
        .withColumn("undocumented_fields", F.when(has_no_id, F.col("other_fields")))
        .groupBy(*RECORD, "undocumented_fields")
        .agg(F.max(seconds).alias("seconds"), F.count(F.lit(1)).alias("copies"))
    )


def accepted_records(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row per distinct record that breaks no rule: its `seconds`, and how many `copies` of it landed."""
    return distinct_records(raw, reference).where(F.col("seconds").isNotNull())
