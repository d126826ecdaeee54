"""The PySpark script that projects of this kind usually have: the same month, the usual way. Not tuned, on purpose.

    python -m bench.rivals.typical_pyspark LANDING OUT [delta]

One frame per day in a loop, unions, frames computed again for each output because nothing is persisted, pivots, windows,
`coalesce(1)`, everything overwritten. It stands for effort, not for figures. They differ from the project's: rows
with a null or `0` contract are dropped and all else is kept as it is (no check of form or duration, no second look at
copies, no cap of a device's day, no lower-case contracts or apps put right), so watch time is higher and contracts are
more; keywords are only trimmed and in lower case, nothing is masked, ties for the top keyword fall by chance, the
category of a search is its own keyword's first word; quartiles are approximate; the clock in the rows is never read.
Months are taken from the files' names. There is no ledger, quarantine, identity check, or carried profile.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from resources.engine.spark_settings import local_defaults
from resources.settings import EngineOptions

APPS = {
    "Truyền Hình": ["CHANNEL", "DSHD", "KPLUS", "KPlus"],
    "Phim Truyện": ["VOD", "VOD_RES", "FIMS", "FIMS_RES", "BHD", "BHD_RES", "DANET"],
    "Giải Trí": ["RELAX"],
    "Thiếu Nhi": ["CHILD"],
    "Thể Thao": ["SPORT"],
}
FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
DOCUMENT = T.StructType(
    [T.StructField("_source", T.StructType([T.StructField(name, T.StringType()) for name in FIELDS]))]
)


def session() -> SparkSession:
    """Apache Spark on all cores of this machine."""
    options = EngineOptions.from_environment()
    config: dict[str, Any] = {**local_defaults(options), **options.config}
    # The checksum files beside the sample's parquet parts are made up; Hadoop would believe them.
    config.setdefault("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
    builder = SparkSession.builder
    for name, value in config.items():
        builder = builder.config(name, str(value))
    return builder.getOrCreate()


def day_names(folder: Path) -> list[Path]:
    """The files or folders of a source, one per day."""
    return sorted(path for path in folder.iterdir() if path.name[:8].isdigit())


def read_content_day(spark: SparkSession, path: Path) -> DataFrame:
    """A day of the content log, with its date."""
    form = path.suffix.removeprefix(".")
    if form == "parquet":
        rows = spark.read.parquet(str(path)).select([F.col(name).cast("string").alias(name) for name in FIELDS])
    elif form == "csv":
        rows = spark.read.option("header", True).csv(str(path)).select(*FIELDS)
    else:
        rows = spark.read.schema(DOCUMENT).json(str(path)).select("_source.*")
    return rows.withColumn("Date", F.to_date(F.lit(path.name[:8]), "yyyyMMdd"))


def content_month(spark: SparkSession, days: list[Path]) -> DataFrame:
    """All days of a month, one after the other."""
    month = read_content_day(spark, days[0])
    for day in days[1:]:
        month = month.union(read_content_day(spark, day))
    seconds = F.expr("try_cast(TotalDuration AS bigint)")
    kind = F.lit("Khác")
    for label, apps in APPS.items():
        kind = F.when(F.col("AppName").isin(apps), label).otherwise(kind)
    known = month.filter(F.col("Contract").isNotNull() & (F.col("Contract") != "0"))
    return known.withColumn("Type", kind).withColumn("TotalDuration", seconds).filter("TotalDuration > 0")


def statistics(month: DataFrame) -> DataFrame:
    """Seconds of each contract by category."""
    return month.groupBy("Contract").pivot("Type").sum("TotalDuration").fillna(0)


def most_watch(month: DataFrame) -> DataFrame:
    """The category each contract watched most, and all it watched."""
    totals = month.groupBy("Contract", "Type").agg(F.sum("TotalDuration").alias("Total"))
    place = F.row_number().over(Window.partitionBy("Contract").orderBy(F.desc("Total")))
    top = totals.withColumn("Place", place).filter("Place = 1").select("Contract", F.col("Type").alias("MostWatch"))
    taste = totals.groupBy("Contract").agg(F.concat_ws(", ", F.collect_list("Type")).alias("Taste"))
    return top.join(taste, "Contract")


def activeness(month: DataFrame) -> DataFrame:
    """Active days, and the segment of each contract by its seconds and its days."""
    days = month.select("Contract", "Date").distinct().groupBy("Contract").agg(F.count("Date").alias("ActiveDays"))
    totals = month.groupBy("Contract").agg(F.sum("TotalDuration").alias("TotalDuration"))
    q1, q3 = totals.approxQuantile("TotalDuration", [0.25, 0.75], 0.01)
    kind = F.when(F.col("TotalDuration") < q1, "low").when(F.col("TotalDuration") > q3, "high").otherwise("middle")
    level = F.when(F.col("ActiveDays") <= 10, "low").when(F.col("ActiveDays") <= 20, "medium").otherwise("high")
    return days.join(totals, "Contract").withColumn("UserType", kind).withColumn("Activeness", level)


def search_month(spark: SparkSession, days: list[Path]) -> DataFrame:
    """The top keyword of each user in a month."""
    month: DataFrame | None = None
    for day in days:
        form = day.suffix.removeprefix(".")
        reader = spark.read.option("header", True)
        rows = (
            reader.parquet(str(day)) if not form else reader.csv(str(day)) if form == "csv" else reader.json(str(day))
        )
        rows = rows.select("user_id", "keyword", "category")
        month = rows if month is None else month.union(rows)
    if month is None:
        raise SystemExit("No searches landed.")
    known = month.filter("user_id IS NOT NULL AND keyword IS NOT NULL AND category = 'enter'")
    keyword = F.lower(F.trim("keyword"))
    counts = known.withColumn("keyword", keyword).groupBy("user_id", "keyword").agg(F.count("*").alias("Searches"))
    place = F.row_number().over(Window.partitionBy("user_id").orderBy(F.desc("Searches")))
    top = counts.withColumn("Place", place).filter("Place = 1")
    return top.select("user_id", F.col("keyword").alias("MostSearch"), F.split("keyword", " ")[0].alias("Category"))


def trends(now: DataFrame, before: DataFrame) -> DataFrame:
    """Whether the category of a user changed."""
    then = before.select("user_id", F.col("Category").alias("Before"))
    is_same = F.col("Category") == F.col("Before")
    kind = F.when(is_same, "Unchanged").otherwise("Changed")
    previous = F.when(is_same, F.col("Category")).otherwise(F.concat_ws(" -> ", "Before", "Category"))
    return now.join(then, "user_id", "left").withColumn("Trending", kind).withColumn("Previous", previous)


def save(frame: DataFrame, path: Path, form: str) -> None:
    """One file, overwritten."""
    frame.coalesce(1).write.mode("overwrite").format(form).save(str(path))


def run(landing: Path, out: Path, form: str) -> None:
    """All months that landed, one after the other."""
    spark = session()
    content, search = day_names(landing / "log_content"), day_names(landing / "log_search")
    identity = spark.read.option("header", True).csv(str(landing / "identity"))
    links = identity.select(F.col("contract").alias("Contract"), "user_id").dropDuplicates(["Contract"])
    earlier: DataFrame | None = None
    for month in sorted({path.name[:6] for path in content}):
        watched = content_month(spark, [path for path in content if path.name.startswith(month)])
        print(f"{month}: {watched.count():,} content rows")
        save(statistics(watched), out / month / "statistics", form)
        save(most_watch(watched), out / month / "most_watch", form)
        save(activeness(watched), out / month / "activeness", form)
        searched = search_month(spark, [path for path in search if path.name.startswith(month)])
        moved = trends(searched, earlier if earlier is not None else searched)
        save(moved, out / month / "search", form)
        profile = statistics(watched).join(most_watch(watched), "Contract").join(activeness(watched), "Contract")
        save(profile.join(links, "Contract", "left").join(moved, "user_id", "left"), out / month / "customer360", form)
        earlier = searched
    spark.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "parquet")
