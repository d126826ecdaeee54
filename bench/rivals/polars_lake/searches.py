"""Searches, a day at a time: landed records to raw, quarantine, clean and ledger."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.rivals.landed import EVENT, SEARCH, LandedDay
from bench.rivals.polars_lake.landing import landed_rows
from bench.rivals.polars_month.columns import known, trimmed, user_of
from bench.rivals.polars_month.searches import moment_of
from bench.rivals.reference import CUTS, REFERENCE
from bench.rivals.texts import Keyword, clock_times, judged_keywords, plans_of


class Texts:
    """Texts as plain Python reads them, each once: on the first day that it lands."""

    def __init__(self) -> None:
        keyword = dict.fromkeys(Keyword._fields, pl.String) | {"masked": pl.Boolean}
        self._known: dict[str, pl.DataFrame] = {
            "keyword": pl.DataFrame(schema=keyword),
            "datetime": pl.DataFrame(schema={"landed": pl.String, "read": pl.Datetime("us")}),
            "user_plans_map": pl.DataFrame(schema={"landed": pl.String, "plans": pl.String}),
        }

    def read(
        self, column: str, landed: pl.Series, reader: Callable[[Iterable[str]], Iterable[tuple[Any, ...]]]
    ) -> pl.LazyFrame:
        """All texts of a column read so far, including these, to be joined by the column's name."""
        before = self._known[column]
        new = landed.drop_nulls().unique().to_frame("landed").join(before, on="landed", how="anti")["landed"]
        rows = pl.DataFrame([*reader(new)], schema=before.schema, orient="row")
        self._known[column] = pl.concat([before, rows])
        return self._known[column].lazy().rename({"landed": column})


def search_day(day: LandedDay, root: Path, texts: Texts) -> dict[str, pl.DataFrame]:
    """The tables of a day."""
    raw = landed_rows(SEARCH, day, root)
    with_user = raw.filter(user_of(pl.col("user_id")).is_not_null())
    keywords = texts.read("keyword", with_user["keyword"], lambda new: judged_keywords(new, REFERENCE))
    reason = (
        pl.when(pl.col("unparsed").is_not_null()).then(pl.lit("unparseable"))
        .when(user_of(pl.col("user_id")).is_null()).then(pl.lit("missing_user"))
        .otherwise(pl.col("reason").fill_null("missing_keyword"))
    )  # fmt: skip
    judged = raw.lazy().join(keywords, on="keyword", how="left").with_columns(reason=reason).collect()
    quarantine = judged.filter(pl.col("reason") != "accepted").select("reason", *raw.columns)
    event_id = pl.when(~trimmed(pl.col("event_id")).is_in(CUTS.null_markers)).then("event_id")
    events = (
        judged.filter(pl.col("reason") == "accepted")
        .group_by(EVENT)
        .agg(event_id.min().alias("event_id"), pl.col("clean", "key", "masked").first(), pl.len().alias("copies"))
    )
    clean = clean_searches(events, day.day, texts)
    return {
        "raw_search": raw,
        "quarantine_search": quarantine,
        "clean_search": clean,
        "ledger_search": _ledger(raw, events, quarantine, clean),
    }


def clean_searches(events: pl.DataFrame, day: date, texts: Texts) -> pl.DataFrame:
    """One row per search."""
    is_known, moment = moment_of(pl.col("datetime"))
    times = texts.read("datetime", events.filter(~is_known)["datetime"], clock_times)
    plans = texts.read(
        "user_plans_map", events.filter(known(pl.col("user_plans_map")).is_not_null())["user_plans_map"], plans_of
    )
    outcome, network = (
        trimmed(pl.col("category")).str.to_lowercase(),
        trimmed(pl.col("network_type")).str.to_lowercase(),
    )
    networks = {name: kind for kind, names in CUTS.networks.items() for name in names}
    read = pl.coalesce(moment, "read")
    off = (read.dt.date() - pl.lit(day)).dt.total_days().abs()
    return (
        events.with_columns(search_id=_search_ids(events))
        .lazy()
        .join(times, on="datetime", how="left")
        .join(plans, on="user_plans_map", how="left")
        .with_columns(searched_at=pl.when(off <= CUTS.clock_tolerance_days).then(read))
        .select(
            "search_id",
            "event_id",
            "searched_at",
            "plans",
            "masked",
            user_id=user_of(pl.col("user_id")),
            keyword="clean",
            keyword_key="key",
            outcome=pl.when(outcome.is_in(CUTS.known_outcomes)).then(outcome).otherwise(pl.lit("unknown")),
            clock_error=known(pl.col("datetime")).is_not_null() & pl.col("searched_at").is_null(),
            platform=known(pl.col("platform")).str.to_lowercase(),
            network=network.replace_strict(networks, default=None, return_dtype=pl.String),
            isp=known(pl.col("proxy_isp")),
            action=known(pl.col("action")),
            source_rows=pl.lit(1, pl.Int64),
        )
        .collect(engine="streaming")
    )


def _search_ids(events: pl.DataFrame) -> pl.Series:
    """A digest of each search with its keyword masked. Searches that are then equal are numbered by landed keyword."""
    fields = [pl.col("clean" if name == "keyword" else name) for name in EVENT]
    parts = [(field.str.len_chars().cast(pl.String) + ":" + field).fill_null("-") for field in fields]
    written = events.select(pl.concat_str(parts).alias("written"), "keyword")
    place = written.select(pl.col("keyword").rank("ordinal").over("written"))["keyword"]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in written["written"]]
    found = [
        digest if number == 1 else hashlib.sha256(f"{digest}#{number}".encode()).hexdigest()
        for digest, number in zip(digests, place, strict=True)
    ]
    return pl.Series(found, dtype=pl.String)


def _ledger(raw: pl.DataFrame, events: pl.DataFrame, quarantine: pl.DataFrame, clean: pl.DataFrame) -> pl.DataFrame:
    """The row of a day, each figure counted from the rows it describes."""
    rows = {
        "landed_rows": raw.height,
        "accepted_rows": int(clean["source_rows"].sum()),
        "duplicate_rows": int(events["copies"].sum()) - events.height,
        "quarantined_rows": quarantine.height,
        "erased_rows": raw["erased"].count(),
    }
    return pl.DataFrame({**rows, "balanced": rows["landed_rows"] == sum(rows.values()) - rows["landed_rows"]})
