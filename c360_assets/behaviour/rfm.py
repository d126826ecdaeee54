"""rfm: how recently, how often and how much a contract watched, scored against the others of the month."""

from collections import Counter
from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import segment_thresholds, watch_metrics
from c360_assets.behaviour.segment_thresholds import FIFTHS, with_recency
from c360_assets.cleaning import ledger_content
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import grid, picture
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import RFM_GROUPS, RFM_SCORES
from resources.lake.sql import LakeQuery

_LEAST, _MOST = RFM_SCORES[0], RFM_SCORES[-1]

TABLE = TableSpec(
    "rfm",
    "How recently, how often and how much a contract watched in a month, scored from 1 to 5 against the other contracts of "
    "the month: one row per contract with watch time.",
    group="behaviour",
    unit="month",
    key=("contract",),
    definition=Section("watching.md", "Recency, frequency and watch time"),
    inputs=(Input(watch_metrics.TABLE), Input(segment_thresholds.TABLE), Input(ledger_content.TABLE)),
    uses_reference=True,
    columns=(
        ColumnSpec("contract", "string", "Contract that watched", personal=True, of=("watch_metrics.contract",)),
        ColumnSpec("recency_days", "int", "Days from last_watched to the month's last day with landed content rows", at_least=0,
               at_most=30, of=("watch_metrics.last_watched", "ledger_content.landed_rows")),
        ColumnSpec("recency_score", "int", "5 less the number of cuts of recency_days below it", at_least=_LEAST, at_most=_MOST,
               of=("watch_metrics.last_watched", "segment_thresholds.recency_p20")),
        ColumnSpec("frequency_score", "int", "1 and the number of cuts of active_days below it", at_least=_LEAST, at_most=_MOST,
               of=("watch_metrics.active_days", "segment_thresholds.active_days_p20")),
        ColumnSpec("watch_score", "int", "1 and the number of cuts of seconds_total below it", at_least=_LEAST, at_most=_MOST,
               of=("watch_metrics.seconds_total", "segment_thresholds.seconds_p20")),
        ColumnSpec("rfm", "string", "The three scores as digits: recency, frequency, watch time",
               of=("watch_metrics.last_watched", "watch_metrics.active_days", "watch_metrics.seconds_total")),
        ColumnSpec("rfm_group", "string", "The group of the scores, by the reference table", values=RFM_GROUPS,
               of=("watch_metrics.last_watched", "watch_metrics.active_days", "watch_metrics.seconds_total")),
    ),
    row_rules=(
        RowRule("scores_fit", "rfm is made of the three scores", {
            "rfm": "rfm = concat(recency_score, frequency_score, watch_score)",
        }),
    ),
)  # fmt: skip


def cuts_below(value: str, prefix: str) -> SparkColumn:
    """How many of a month's cuts are below a value. In fifths all are whole numbers, and are compared exactly."""
    below = [F.round(F.col(f"{prefix}_p{percent}") * 5).cast("bigint") < F.col(value) * 5 for percent in FIFTHS]
    return sum((F.when(is_below, 1).otherwise(0) for is_below in below), F.lit(0)).cast("int")


def group_of(reference: Reference) -> SparkColumn:
    """The group that the reference data give for the scores."""
    pair = F.col("recency_score") * 10 + F.expr("(frequency_score + watch_score + 1) div 2")
    return F.coalesce(
        *[F.when(pair == recency * 10 + other, group) for (recency, other), group in reference.rfm_groups.items()]
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: contracts by group, and by the scores of recency and of the other two together."""
    rows = lake.rows(
        [TABLE.name],
        "select recency_score, (frequency_score + watch_score + 1) / 2 as other_score, rfm_group, count(*) as contracts "
        f"from {TABLE.name} where month = DATE '{month}' group by 1, 2, 3",
    )
    if not rows:
        return {}
    pairs: Counter[tuple[str, str]] = Counter()
    groups = Counter(dict.fromkeys(RFM_GROUPS, 0))
    for row in rows:
        pairs[str(row["recency_score"]), str(row["other_score"])] += row["contracts"]
        groups[row["rfm_group"]] += row["contracts"]
    title = f"Contracts of {month:%Y-%m} by recency (down) and by frequency and watch time (across)"
    scores = [str(score) for score in RFM_SCORES]
    return {
        **{f"group_{name}": contracts for name, contracts in groups.items()},
        "scores": picture(grid(title, scores[::-1], scores, pairs), title),
    }


@table_asset(TABLE, metadata=figures)
def rfm(
    watch_metrics: DataFrame, segment_thresholds: DataFrame, ledger_content: DataFrame, reference: Reference
) -> DataFrame:
    """One row per contract, scored by the cuts of its month."""
    return (
        with_recency(watch_metrics, ledger_content)
        .crossJoin(segment_thresholds.drop("month"))
        .withColumn("recency_score", (F.lit(_MOST) - cuts_below("recency_days", "recency")).cast("int"))
        .withColumn("frequency_score", (F.lit(_LEAST) + cuts_below("active_days", "active_days")).cast("int"))
        .withColumn("watch_score", (F.lit(_LEAST) + cuts_below("seconds_total", "seconds")).cast("int"))
        .withColumn(
            "rfm", F.concat(*[F.col(f"{name}_score").cast("string") for name in ("recency", "frequency", "watch")])
        )
        .withColumn("rfm_group", group_of(reference))
        .select(*TABLE.names)
    )
