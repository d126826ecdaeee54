"""taste: what a contract likes to watch, by itself and compared with all others."""

from datetime import date
from functools import reduce
from itertools import combinations
from operator import add, or_
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import device_months, watch_metrics
from c360_assets.behaviour.watch_metrics import days_watched
from c360_assets.contracts.predicates import CLOSE, figure_of
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import bars, picture
from c360_assets.reference.categories import CATEGORIES, category_in, is_watched, weight
from resources.lake.sql import LakeQuery

_SHARES = tuple(f"share_{code}" for code in CATEGORIES)

TABLE = TableSpec(
    "taste",
    "What a contract likes to watch in a month: one row per contract with watch time.",
    group="behaviour",
    unit="month",
    key=("contract",),
    code_version="2",
    definition=Section("watching.md", "Watching in a month"),
    inputs=(Input(watch_metrics.TABLE), Input(device_months.TABLE)),
    columns=(
        ColumnSpec("contract", "string", "Contract that watched", personal=True, of=("watch_metrics.contract",)),
        ColumnSpec("taste", "string", "Categories that it watched, most seconds first, joined with commas; ties as in most_watch",
               of=("watch_metrics.seconds_total",)),
        ColumnSpec("categories", "int", "Number of categories that it watched", at_least=1, at_most=len(CATEGORIES),
               of=("watch_metrics.seconds_total",)),
        *[ColumnSpec(f"share_{code}", "double", f"Share of its seconds in the category {code}", at_least=0, at_most=1,
                 of=(f"watch_metrics.seconds_{code}", "watch_metrics.seconds_total")) for code in CATEGORIES],
        ColumnSpec("lift_category", "string", "The category that it watches most in relation to all contracts, as lift "
               "measures it; ties: the fixed order", values=CATEGORIES, of=("watch_metrics.seconds_total",)),
        ColumnSpec("lift", "double", "Its share of lift_category divided by the share that all contracts give it", at_least=0,
               of=("watch_metrics.seconds_total",)),
    ),
    row_rules=(
        RowRule("shares_sum_to_one", "The shares sum to 1; categories and lift_category are among those watched", {
            "shares": f"abs({' + '.join(_SHARES)} - 1) <= {CLOSE}",
            "categories": f"categories = {' + '.join(f'if({share} > 0, 1, 0)' for share in _SHARES)}",
            "lift_category": f"{figure_of('lift_category', 'share')} > 0",
        }),
    ),
)  # fmt: skip


def has_tie() -> SparkColumn:
    """Whether a contract watched two categories for the same number of seconds."""
    pairs = combinations((F.col(f"seconds_{code}") for code in CATEGORIES), 2)
    return reduce(or_, ((one == other) & (one > 0) for one, other in pairs))


def _over_all(code: str) -> SparkColumn:
    """A contract's seconds in a category divided by everyone's; below any other if it did not watch the category."""
    watched = F.col(f"seconds_{code}") > 0
    return F.when(watched, F.col(f"seconds_{code}") / F.col(f"all_{code}")).otherwise(F.lit(-1.0))


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: each category's share of all seconds watched, against which lift is measured."""
    sums = ", ".join(f"sum(seconds_{code}) as {code}" for code in CATEGORIES)
    everyone = lake.rows(
        [watch_metrics.TABLE.name],
        f"select {sums}, sum(seconds_total) as total from {watch_metrics.TABLE.name} where month = DATE '{month}'",
    )[0]
    if not everyone["total"]:
        return {}
    shares = {code: everyone[code] / everyone["total"] for code in CATEGORIES}
    title = f"Share of all seconds watched in {month:%Y-%m}, by category"
    return {
        **{f"share_{code}": share for code, share in shares.items()},
        "categories": picture(bars(title, shares), title),
    }


def days_of_ties(watch_metrics: DataFrame, device_months: DataFrame) -> DataFrame:
    """Active days by category, `days_<code>`, of the contracts with a tie: few have one."""
    tied = watch_metrics.where(has_tie()).select("contract")
    return (
        device_months.join(tied, on="contract", how="left_semi")
        .groupBy("contract")
        .agg(*[F.bit_count(days_watched(code, F.col("day_bits"))).alias(f"days_{code}") for code in CATEGORIES])
    )


def categories_in_order() -> SparkColumn:
    """The categories that a contract watched, the most watched first, joined with commas."""
    weights = [weight(code, F.col(f"seconds_{code}"), F.coalesce(f"days_{code}", F.lit(0))) for code in CATEGORIES]
    heaviest = F.sort_array(F.array(*weights), asc=False)
    names = F.transform(F.filter(heaviest, is_watched), category_in)
    # Most contracts watch one category: there is nothing to sort.
    return F.when(F.col("categories") == 1, F.col("most_watch")).otherwise(F.array_join(names, ", "))


def lift() -> SparkColumn:
    """A contract's share of its lift_category divided by the share that all contracts give it."""
    lifts = [
        F.when(
            F.col("lift_category") == code,
            (F.col(f"seconds_{code}") / F.col("seconds_total")) / (F.col(f"all_{code}") / F.col("all_total")),
        )
        for code in CATEGORIES
    ]
    return F.coalesce(*lifts)


@table_asset(TABLE, metadata=figures)
def taste(watch_metrics: DataFrame, device_months: DataFrame) -> DataFrame:
    """One row per contract. Active days by category, which break ties, come from device_months."""
    totals = [F.sum(f"seconds_{code}").alias(f"all_{code}") for code in CATEGORIES]
    everyone = watch_metrics.agg(*totals, F.sum("seconds_total").alias("all_total"))
    # One division of whole numbers orders the categories as lift does, without rounding ties apart.
    highest = F.greatest(*[_over_all(code) for code in CATEGORIES])
    first_highest = F.coalesce(*[F.when(_over_all(code) == highest, F.lit(code)) for code in CATEGORIES])
    watched = [F.when(F.col(f"seconds_{code}") > 0, 1).otherwise(0) for code in CATEGORIES]
    return (
        watch_metrics.join(days_of_ties(watch_metrics, device_months), on="contract", how="left")
        .crossJoin(everyone)
        .withColumn("categories", reduce(add, watched).cast("int"))
        .withColumn("lift_category", first_highest)
        .select(
            "contract",
            categories_in_order().alias("taste"),
            "categories",
            *[(F.col(f"seconds_{code}") / F.col("seconds_total")).alias(f"share_{code}") for code in CATEGORIES],
            "lift_category",
            lift().alias("lift"),
        )
    )
