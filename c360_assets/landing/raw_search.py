"""raw_search: the search log as it landed. Nothing is dropped or judged here; cleaning does that."""

from pyspark.sql import DataFrame

from c360_assets.contracts.predicates import first_value
from c360_assets.contracts.table import ColumnSpec, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing.raw_columns import ERASED, OTHER_FIELDS
from resources.landing.layout import Layout

LAYOUT = Layout(
    folder="log_search",
    fields=(
        ("event_id", "eventID"),
        ("datetime", "datetime"),
        ("user_id", "user_id"),
        ("keyword", "keyword"),
        ("category", "category"),
        ("proxy_isp", "proxy_isp"),
        ("platform", "platform"),
        ("network_type", "networkType"),
        ("action", "action"),
        ("user_plans_map", "userPlansMap"),
    ),
    needed=("datetime", "user_id", "keyword", "category"),
    erased_by=(("user_id", "user"),),
    ids=("eventID", "user_id"),
)

TABLE = TableSpec(
    "raw_search",
    "The search log as it landed: one row per search event of a day's files, every value as text. It has no key: "
    "the same event can land more than once. A line that isn't a record is kept whole in `unparsed`.",
    group="landing",
    unit="day",
    key=(),
    definition=Section("landed-records.md", "How records become rows of raw tables"),
    layout=LAYOUT,
    keeps_every_row=True,
    code_version="3",
    columns=(
        ColumnSpec("source_file", "string", "Path of the file, below log_search/, that the record came from"),
        ColumnSpec("event_id", "string", "`eventID` as landed", nullable=True),
        ColumnSpec("datetime", "string", "Time on the device's clock, as landed", nullable=True),
        ColumnSpec(
            "user_id",
            "string",
            "`user_id` as landed; null where nobody was logged in",
            nullable=True,
            personal=True,
        ),
        ColumnSpec("keyword", "string", "What was typed, as landed", nullable=True, personal=True),
        ColumnSpec("category", "string", "How the search ended, as landed; it is not a genre", nullable=True),
        ColumnSpec("proxy_isp", "string", "Internet provider, as landed", nullable=True),
        ColumnSpec("platform", "string", "Device platform, as landed", nullable=True),
        ColumnSpec("network_type", "string", "`networkType` as landed", nullable=True),
        ColumnSpec("action", "string", "Action in the app, as landed", nullable=True),
        ColumnSpec("user_plans_map", "string", "`userPlansMap` as JSON array text", nullable=True),
        ColumnSpec("unparsed", "string", "The whole line, where it is not a record", nullable=True, personal=True),
        OTHER_FIELDS,
        ERASED,
    ),
    row_rules=(
        RowRule("unparsed_alone", "A line that does not parse has no fields", {
            "unparsed": f"unparsed is null or {first_value(name for name, _ in LAYOUT.fields)} is null",
        }, personal=True),
    ),
)  # fmt: skip


@table_asset(TABLE)
def raw_search(landed: DataFrame) -> DataFrame:
    """One row per landed record; a day that did not land keeps what the lake holds."""
    return landed.select(*TABLE.names)
