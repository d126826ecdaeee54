"""The profile: watch side and search side of each customer, joined."""

from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.landed import csv_header, csv_records, data_files, form_of, json_records, month_before, opened
from bench.rivals.polars_month.columns import WATCH_SIDE, trimmed, user_of
from bench.rivals.reference import CUTS, REFERENCE


def read_links(folder: Path) -> pl.DataFrame:
    """The one contract of a user."""
    frames = [pl.DataFrame(schema={"contract": pl.String, "user_id": pl.String})]
    for path in data_files(folder):
        if form_of(path) == "parquet":
            frames.append(pl.read_parquet(path, columns=["contract", "user_id"]).cast(pl.String))
            continue
        fields = ("contract", "user_id")
        with opened(str(path)) as stream:
            if form_of(path) == "json":
                records = [record for line in stream for record in json_records(line, fields)]
            else:
                records = csv_records(list(stream)[1:], csv_header(str(path)), fields)
        frames.append(pl.DataFrame(records, schema=frames[0].schema, orient="row"))
    contract = trimmed(pl.col("contract")).str.to_uppercase()
    links = pl.concat(frames).select(contract, user_of(pl.col("user_id")))
    links = links.filter(
        pl.col("contract").str.contains(CUTS.contract_pattern) & pl.col("user_id").is_not_null()
    ).unique()
    return links.filter(pl.len().over("user_id") == 1).rename({"contract": "linked_contract"})


def watch_side(month: date, watch: dict[date, pl.DataFrame], lands: bool) -> pl.LazyFrame:
    """Each contract's newest profile of the month and the months that profiles are carried on."""
    months = [m for back in range(CUTS.carried_months + 1) if (m := month_before(month, back)) in watch]
    sides = []
    for place, of in enumerate(months):
        side = watch[of].lazy()
        for newer in months[:place]:
            side = side.join(watch[newer].lazy().select("contract"), on="contract", how="anti")
        if lands and of < month:
            side = side.with_columns(lifecycle=pl.lit("dormant"))
        sides.append(side)
    side = pl.concat(sides) if sides else pl.LazyFrame(schema=WATCH_SIDE)
    return side.rename({"month": "watch_month"}).with_columns(customer_id="contract:" + pl.col("contract"))


def search_side(month: date, trends: pl.DataFrame, metrics: pl.DataFrame, links: pl.DataFrame) -> pl.LazyFrame:
    """One row per customer with a user in the trends: the user that stands for it, and how many it has."""
    figures = ["user_id", "searches", "entered", "quit", "search_days", "most_search"]
    now = metrics.lazy().filter(pl.col("month") == month).select(*figures, search_month="month")
    before = metrics.lazy().filter(pl.col("month") == month_before(month)).select("user_id", searches_before="searches")
    customer = pl.coalesce("contract:" + pl.col("linked_contract"), "user:" + pl.col("user_id"))
    users = (
        trends.lazy()
        .drop("month")
        .join(now, on="user_id", how="left")
        .join(before, on="user_id", how="left")
        .join(links.lazy(), on="user_id", how="left")
        .with_columns(
            pl.col("searches_before").fill_null(0), customer_id=customer, weight=pl.col("searches").fill_null(0)
        )
    )
    counts = users.group_by("customer_id").agg(pl.len().cast(pl.Int32).alias("users"))
    first = users.sort("weight", "searches_before", "user_id", descending=[True, True, False])
    return first.unique("customer_id", keep="first").join(counts, on="customer_id").drop("weight", "searches_before")


def profile_month(month: date, as_of: date, watch: pl.LazyFrame, search: pl.LazyFrame) -> pl.DataFrame:
    """customer360 of a month."""
    return (
        watch.join(search, on="customer_id", how="full", coalesce=True)
        .with_columns(
            pl.coalesce("contract", "linked_contract").alias("contract"),
            pl.col("users").fill_null(0),
            month=pl.lit(month),
            as_of=pl.lit(as_of),
            matched=pl.col("watch_month").is_not_null() & pl.col("user_id").is_not_null(),
            recency_days=(pl.lit(as_of) - pl.col("last_watched")).dt.total_days().cast(pl.Int32),
        )
        .drop("linked_contract")
        .collect(engine="streaming")
    )


def members_of(profiles: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """audience_members of a month; `before` are those of the month before, where that has profiles."""
    found = pl.concat(
        profiles.lazy()
        .filter(pl.sql_expr(audience.where))
        .select("month", "customer_id", "contract", "user_id", audience=pl.lit(audience.name))
        for audience in REFERENCE.audiences
    )
    if before is None:
        return found.with_columns(entered=pl.lit(None, pl.Boolean)).collect(engine="streaming")
    was_member = before.lazy().select("audience", "customer_id", was_member=pl.lit(True))
    compared = found.join(was_member, on=["audience", "customer_id"], how="left")
    return compared.with_columns(entered=pl.col("was_member").is_null()).drop("was_member").collect(engine="streaming")
