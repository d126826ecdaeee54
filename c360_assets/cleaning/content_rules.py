"""The rules a content record must pass, in their order: which one it breaks, and what its values mean.

Used by clean_content, quarantine_content and ledger_content, so that each counts by the same rules.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.reference import Reference
from c360_assets.text_columns import trimmed

FIELDS = ("contract", "mac", "total_duration", "app_name")
RECORD = ("doc_index", "doc_type", "doc_id", "doc_score", *FIELDS)
"""The columns that make two records of a day the same record: all of raw but the file."""

REASONS = (
    "unparseable",
    "missing_field",
    "missing_contract",
    "malformed_contract",
    "missing_duration",
    "duration_out_of_range",
    "no_watch_time",
)


def contract_of(landed: Column) -> Column:
    """The contract in its one form; null where it is none (as a row with a reason then says)."""
    return F.upper(trimmed(landed))


def is_contract(contract: Column, reference: Reference) -> Column:
    """Whether a trimmed, upper-case text has a contract's form: 3–5 letters, then digits, 9 in all."""
    return contract.rlike(reference.measures.contract_pattern)


def is_missing(column: Column) -> Column:
    """Whether a text is null or blank; never null itself."""
    return column.isNull() | (trimmed(column) == "")


def seconds_of(landed: Column) -> Column:
    """The seconds of a well-formed duration; null where it is no whole number (or far too large a one)."""
    text = trimmed(landed)
    whole = F.when(text.rlike("^[0-9]+([.]0+)?$"), F.substring_index(text, ".", 1))
    return whole.try_cast("bigint")


def with_reason(raw: DataFrame, reference: Reference) -> DataFrame:
    """The raw rows with `reason`, the first rule that a row breaks (or ACCEPTED), and its `seconds`."""
    contract = F.col("contract")
    nothing_there = F.coalesce(*[F.col(name) for name in FIELDS]).isNull()
    no_contract = is_missing(contract) | (trimmed(contract) == "0")
    seconds = seconds_of(F.col("total_duration"))
    out_of_range = seconds.isNull() | (seconds > reference.measures.day_seconds)
    reason = (
        F.when(F.col("unparsed").isNotNull(), "unparseable")
        .when(nothing_there, "missing_field")
        .when(no_contract, "missing_contract")
        .when(~is_contract(contract_of(contract), reference), "malformed_contract")
        .when(is_missing(F.col("total_duration")), "missing_duration")
        .when(out_of_range, "duration_out_of_range")
        .when(seconds == 0, "no_watch_time")
        .otherwise(ACCEPTED)
    )
    return raw.withColumn("seconds", seconds).withColumn("reason", reason)


def distinct_records(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row for each distinct record: its `reason`, `seconds`, and how many `copies` of it landed."""
    return with_reason(raw, reference).groupBy(*RECORD, "seconds", "reason").agg(F.count(F.lit(1)).alias("copies"))


def accepted_records(raw: DataFrame, reference: Reference) -> DataFrame:
    """One row for each distinct record that breaks no rule, with `seconds` and how many `copies` of it landed."""
    return distinct_records(raw, reference).where(F.col("reason") == ACCEPTED)
