"""raw_content: the content log as it landed. Nothing is dropped or judged here; cleaning does that."""

from pyspark.sql import DataFrame

from c360_assets.contracts.predicates import first_value
from c360_assets.contracts.table import ColumnSpec, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing.raw_columns import ERASED, OTHER_FIELDS
from resources.landing.layout import Layout

LAYOUT = Layout(
    folder="log_content",
    fields=(
        ("doc_index", "_index"),
        ("doc_type", "_type"),
        ("doc_id", "_id"),
        ("doc_score", "_score"),
        ("contract", "Contract"),
        ("mac", "Mac"),
        ("total_duration", "TotalDuration"),
        ("app_name", "AppName"),
    ),
    needed=("Contract", "Mac", "TotalDuration", "AppName"),
    erased_by=(("contract", "contract"),),
    document=("_index", "_type", "_id", "_score"),
    ids=("_id", "Contract", "Mac"),
    envelope="_source",
    nested=("Contract", "Mac", "TotalDuration", "AppName"),
)

TABLE = TableSpec(
    "raw_content",
    "The content log as it landed: one row per record of a day's files (a device's seconds in one app on one day), every "
    "value as text. It has no key: the same record can land more than once. A line that isn't a record is kept whole in "
    "`unparsed`.",
    group="landing",
    unit="day",
    key=(),
    definition=Section("landed-records.md", "How records become rows of raw tables"),
    layout=LAYOUT,
    keeps_every_row=True,
    code_version="3",
    columns=(
        ColumnSpec("source_file", "string", "Path of the file, below log_content/, that the record came from"),
        ColumnSpec("doc_index", "string", "`_index` of the document store the log was exported from", nullable=True),
        ColumnSpec("doc_type", "string", "`_type` of the document", nullable=True),
        ColumnSpec("doc_id", "string", "`_id` of the document", nullable=True),
        ColumnSpec("doc_score", "string", "`_score` of the document", nullable=True),
        ColumnSpec("contract", "string", "`Contract` as landed", nullable=True, personal=True),
        ColumnSpec("mac", "string", "`Mac` of the device, as landed", nullable=True, personal=True),
        ColumnSpec("total_duration", "string", "`TotalDuration` in seconds, as landed", nullable=True),
        ColumnSpec("app_name", "string", "`AppName` as landed", nullable=True),
        ColumnSpec("unparsed", "string", "The whole line, where it is not a record", nullable=True, personal=True),
        OTHER_FIELDS,
        ERASED,
    ),
    row_rules=(
        RowRule("unparsed_alone", "A line that does not parse has no fields", {
            "unparsed": f"unparsed is null or {first_value(name for name, _ in LAYOUT.fields)} is null",
        }),
    ),
)  # fmt: skip


@table_asset(TABLE)
def raw_content(landed: DataFrame) -> DataFrame:
    """One row per landed record; a day that did not land keeps what the lake holds."""
    return landed.select(*TABLE.names)
