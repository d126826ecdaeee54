"""clean_content: what each device watched in each app on a day. Rules for single records: content_rules.py."""

from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.content_rules import accepted_records, contract_of
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing import raw_content
from c360_assets.metadata.figures import small_table
from c360_assets.reference.categories import CATEGORIES
from c360_assets.reference.model import Reference
from c360_assets.text.columns import known, without_white_space
from resources.lake.sql import LakeQuery

UNKNOWN_APP = "UNKNOWN"
_MAC = r"^[0-9A-F]{12}\z"  # not `$`: in Java, it matches before a line break at the end too

TABLE = TableSpec(
    "clean_content",
    "What a device watched in one app on one day: one row per contract, device and app. Copies of a record count once; "
    "different records of the same device and app are summed. A device can't watch more than a day per day: what its "
    "apps have beyond that is taken from each in proportion and kept in `capped_seconds`. A row may be cut to 0 s; it "
    "stays here and counts in no measure.",
    group="cleaning",
    unit="day",
    key=("contract", "mac", "app_name"),
    definition=Section("cleaning-content.md", "What an accepted record becomes"),
    inputs=(Input(raw_content.TABLE, required=True),),
    uses_reference=True,
    code_version="3",
    columns=(
        ColumnSpec("contract", "string", "Contract: 3–5 letters, then digits, 9 in all", personal=True,
               of=("raw_content.contract",)),
        ColumnSpec("mac", "string", "MAC address of the device, 12 hex digits in upper case; null where it was not valid",
               nullable=True, personal=True, of=("raw_content.mac",)),
        ColumnSpec("app_name", "string", "App, trimmed and in upper case; UNKNOWN where none was named",
               of=("raw_content.app_name",)),
        ColumnSpec("category", "string", "Category of the app; other where it is not in the reference table", values=CATEGORIES,
               of=("raw_content.app_name",)),
        ColumnSpec("seconds", "bigint", "Seconds watched, after the cap of a device's day", at_least=0,
               of=("raw_content.total_duration",)),
        ColumnSpec("capped_seconds", "bigint", "Seconds that the cap took from this row; may be below 0 where the remainder "
               "of rounding went to it",
               of=("raw_content.total_duration",)),
        ColumnSpec("source_rows", "bigint", "Distinct landed records in this row", at_least=1),
    ),
    row_rules=(
        RowRule("one_form", "Contracts, devices and apps are in their one form", {
            "contract": "contract rlike '^[A-Z0-9]+$'",
            "mac": "mac is null or mac rlike '^[0-9A-F]{12}$'",
            "app_name": "app_name <> ''",
        }),
    ),
)  # fmt: skip


def category_of(app: str, reference: Reference) -> SparkColumn:
    """The category of an app; the last category, other, if the reference table does not know it."""
    category = F.lit(None).cast("string")
    for code in reference.category_codes:
        apps = [name for name, of in reference.app_categories.items() if of == code]
        if apps:
            category = F.coalesce(category, F.when(F.col(app).isin(apps), F.lit(code)))
    return F.coalesce(category, F.lit(reference.category_codes[-1]))


def cap_device_days(rows: DataFrame, day_seconds: int) -> DataFrame:
    """Cuts each device's day to `day_seconds`, each app in proportion to its `landed_seconds`.

    Shares are rounded down, and the remainder goes to the app with the most seconds (ties: first by name). The apps of a
    device are gathered in one array: windows over a million devices with one or two apps each cost twice as much.
    """
    app = F.struct((-F.col("landed_seconds")).alias("most_first"), "app_name", "landed_seconds", "source_rows")
    devices = (
        rows.groupBy("contract", "mac")
        .agg(F.sum("landed_seconds").alias("device_seconds"), F.collect_list(app).alias("apps"))
        .withColumn("is_over", F.col("mac").isNotNull() & (F.col("device_seconds") > day_seconds))
    )
    share = f"landed_seconds * {day_seconds} div device_seconds"
    missing = F.expr(f"aggregate(apps, {day_seconds}L, (left, app) -> left - app.{share})")
    top = F.array_min("apps")["app_name"]
    seconds = (
        F.when(~F.col("is_over"), F.col("landed_seconds"))
        .when(F.col("app_name") == F.col("top"), F.expr(share) + F.col("missing"))
        .otherwise(F.expr(share))
    )
    return (
        devices.withColumn("missing", F.when(F.col("is_over"), missing))
        .withColumn("top", F.when(F.col("is_over"), top))
        .withColumn("app", F.explode("apps"))
        .select("contract", "mac", "device_seconds", "is_over", "missing", "top", "app.*")
        .withColumn("seconds", seconds)
        .withColumn("capped_seconds", F.col("landed_seconds") - F.col("seconds"))
    )


def figures(lake: LakeQuery, day: date) -> dict[str, Any]:
    """What the UI shows of a day: seconds watched, seconds that the cap took, and both by category."""
    rows = lake.rows(
        [TABLE.name],
        "select category, count(*) as rows, sum(seconds) as seconds, sum(capped_seconds) as capped_seconds "
        f"from {TABLE.name} where log_date = DATE '{day}' group by category order by seconds desc, category",
    )
    return {
        "watched_seconds": sum(row["seconds"] for row in rows),
        "capped_seconds": sum(row["capped_seconds"] for row in rows),
        "categories": small_table(rows),
    }


@table_asset(TABLE, metadata=figures)
def clean_content(raw_content: DataFrame, reference: Reference) -> DataFrame:
    """The records that break no rule, in one consistent form, summed by device and app, and capped."""
    landed = F.col("mac")
    mac = F.upper(without_white_space(landed, others=":.\\-"))
    # Most are in the one form already, which is seen faster than it is made.
    known_mac = F.when(landed.rlike(_MAC), landed).when(mac.rlike(_MAC), mac)
    app = F.coalesce(F.upper(known("app_name", reference.measures.null_markers)), F.lit(UNKNOWN_APP))
    rows = (
        accepted_records(raw_content, reference)
        .select(
            contract_of(F.col("contract")).alias("contract"),
            known_mac.alias("mac"),
            app.alias("app_name"),
            "seconds",
        )
        .groupBy("contract", "mac", "app_name")
        .agg(F.sum("seconds").alias("landed_seconds"), F.count(F.lit(1)).alias("source_rows"))
    )
    capped = cap_device_days(rows, reference.measures.day_seconds)
    return capped.withColumn("category", category_of("app_name", reference)).select(*TABLE.names)
