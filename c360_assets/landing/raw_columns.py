"""What both raw tables have beside the fields of their log: what else a record held, and whether it was erased."""

from c360_assets.contracts.table import ColumnSpec

OTHER_FIELDS = ColumnSpec(
    "other_fields",
    "string",
    "What the record has beyond the known fields: a JSON object of texts, its members in order of their names; null where "
    "nothing is left",
    nullable=True,
    personal=True,
)
ERASED = ColumnSpec(
    "erased",
    "boolean",
    "True for a record whose customer was erased: then only the file is known of it; null otherwise",
    nullable=True,
)
