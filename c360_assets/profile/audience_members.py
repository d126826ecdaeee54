"""audience_members: which customers are in which audience. What an audience is, is reference data: audiences.toml."""

from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.contracts.partitions import add_months
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import bars, picture
from c360_assets.profile import customer360
from c360_assets.reference.conditions import KIND_OF_TYPE, as_sql
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

TABLE = TableSpec(
    "audience_members",
    "Which customers are in which audience at the end of a month: one row per audience and customer who meets its "
    "condition. A condition that a null leaves open is not met.",
    group="profile",
    unit="month",
    key=("audience", "customer_id"),
    definition=Section("profile.md", "Audiences"),
    inputs=(Input(customer360.TABLE, start_offset=-1),),
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("audience", "string", "Name of the audience"),
        ColumnSpec("customer_id", "string", "Customer, as in customer360", personal=True, of=("customer360.customer_id",)),
        ColumnSpec("contract", "string", "The customer's contract", nullable=True, personal=True, of=("customer360.contract",)),
        ColumnSpec("user_id", "string", "The customer's user", nullable=True, personal=True, of=("customer360.user_id",)),
        ColumnSpec("entered", "boolean", "Whether the customer was not a member in the month before; null where customer360 of "
               "that month has no row", nullable=True, of=("customer360.customer_id",)),
    ),
    row_rules=(
        RowRule("one_side_at_least", "A member has a contract or a user", {
            "customer_id": "customer_id = coalesce(concat('contract:', contract), concat('user:', user_id))",
        }),
    ),
)  # fmt: skip


_COLUMNS = {column.name: KIND_OF_TYPE[column.type] for column in customer360.TABLE.all_columns}


def check_audiences(reference: Reference) -> None:
    """Raises BadReference for an audience whose condition is not one over the columns of customer360."""
    for audience in reference.audiences:
        audience.check(_COLUMNS)


def members(customers: DataFrame, reference: Reference) -> DataFrame:
    """The members of each audience among the customers of one month or more."""
    names = [F.when(F.expr(as_sql(audience.where, _COLUMNS)), F.lit(audience.name)) for audience in reference.audiences]
    found = F.array(F.lit(None).cast("string"), *names)
    return (
        customers.select("month", "customer_id", "contract", "user_id", F.explode(found).alias("audience"))
        .where(F.col("audience").isNotNull())
        .select("audience", "month", "customer_id", "contract", "user_id")
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: the members of each audience, and how many of them entered it."""
    rows = lake.rows(
        [TABLE.name],
        "select audience, count(*) as members, count(*) filter (where entered) as entered "
        f"from {TABLE.name} where month = DATE '{month}' group by audience order by members desc, audience",
    )
    if not rows:
        return {}
    title = f"Audiences of {month:%Y-%m}: members, and how many entered"
    most = rows[0]["members"]
    chart = bars(
        title,
        {row["audience"]: row["members"] / most for row in rows},
        {row["audience"]: f"{row['members']:,} ({row['entered']:,})" for row in rows},
        label=170,
    )
    return {**{f"members_{row['audience']}": row["members"] for row in rows}, "audiences": picture(chart, title)}


@table_asset(TABLE, metadata=figures)
def audience_members(customer360: DataFrame, month: date, reference: Reference) -> DataFrame:
    """One row per audience and customer of the month who meets its condition."""
    check_audiences(reference)
    is_now = F.col("month") == F.lit(month)
    month_before = F.col("month") == F.lit(add_months(month, -1))
    everybody = members(customer360, reference)
    keys = ["audience", "customer_id"]
    before = everybody.where(month_before).select(*keys, F.lit(True).alias("was_member"))
    known = customer360.where(month_before).agg((F.count(F.lit(1)) > 0).alias("month_before_known"))
    return (
        everybody.where(is_now)
        .join(before, on=keys, how="left")
        .crossJoin(known)
        .withColumn("entered", F.expr("if(month_before_known, was_member is null, cast(null as boolean))"))
        .select(*TABLE.names)
    )
