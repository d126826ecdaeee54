"""Content, a day at a time: landed records to raw, quarantine, clean and ledger."""

from pathlib import Path

import polars as pl

from bench.rivals.landed import CONTENT, LandedDay
from bench.rivals.polars_lake.landing import landed_rows
from bench.rivals.polars_month.columns import trimmed
from bench.rivals.polars_month.content import capped_rows, group_records
from bench.rivals.polars_month.reading import CLEAN, in_one_form
from bench.rivals.reference import CUTS, REFERENCE

_IS_USED = pl.col("contract").is_not_null() & pl.col("seconds").is_between(1, CUTS.day_seconds)


def content_day(day: LandedDay, root: Path) -> dict[str, pl.DataFrame]:
    """The tables of a day."""
    raw = landed_rows(CONTENT, day, root)
    cells = _cells(raw)
    used = cells.filter(_IS_USED.fill_null(False))
    refused = cells.filter(~_IS_USED.fill_null(False))
    quarantine = raw[refused["row"]].with_columns(refused["contract"].alias("clean"), refused["seconds"])
    quarantine = quarantine.select(*raw.columns, reason=_reason())
    grouped, several = group_records(used, lambda rows: _distinct(rows, raw))
    app = pl.col("app")
    clean = (
        capped_rows(grouped, several)
        .lazy()
        .select(
            "contract",
            "mac",
            "seconds",
            app_name=app,
            category=app.replace_strict(REFERENCE.app_categories, default="other", return_dtype=pl.String),
            capped_seconds=pl.col("summed_seconds") - pl.col("seconds"),
            source_rows=pl.col("records"),
        )
        .collect(engine="streaming")
    )
    return {
        "raw_content": raw,
        "quarantine_content": quarantine,
        "clean_content": clean,
        "ledger_content": _ledger(raw, grouped, several, quarantine, clean),
    }


def _cells(raw: pl.DataFrame) -> pl.DataFrame:
    """The records in their one form, with their row in `raw`. Those that landed in that form are taken as they are."""
    is_clean = pl.all_horizontal(
        pl.col(column).str.contains(f"^(?:{CLEAN[field]})$")
        for column, field in CONTENT.fields.items()
        if field in CLEAN
    ).fill_null(False)
    marked = raw.lazy().with_row_index("row").with_columns(is_clean=is_clean)
    clean = marked.filter("is_clean").select(
        "row", "contract", "mac", app="app_name", seconds=pl.col("total_duration").cast(pl.Int64)
    )
    odd = marked.filter(~pl.col("is_clean")).select(
        "row", **in_one_form("contract", "mac", "app_name", "total_duration")
    )
    return pl.concat(pl.collect_all([clean, odd], engine="streaming"))


def _distinct(rows: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The cells without copies of a record. Other fields count only if a record has no id."""
    others = pl.when(_not_null("doc_id").is_null()).then("other_fields")
    landed = raw[rows["row"]].select([*CONTENT.fields], others=others)
    return rows.filter(landed.select(pl.struct(pl.all()).is_first_distinct()).to_series())


def _not_null(column: str) -> pl.Expr:
    """The trimmed text, which may be blank; null if it is a null marker."""
    text = trimmed(pl.col(column))
    return pl.when(~text.is_in(CUTS.null_markers)).then(text)


def _reason() -> pl.Expr:
    """The first rule that a refused record breaks."""
    nothing = pl.all_horizontal(_not_null(name).is_null() for name in ("contract", "mac", "total_duration", "app_name"))
    contract, duration = _not_null("contract").fill_null(""), _not_null("total_duration").fill_null("")
    return (
        pl.when(pl.col("unparsed").is_not_null()).then(pl.lit("unparseable"))
        .when(nothing).then(pl.lit("missing_field"))
        .when(contract.is_in(["", "0"])).then(pl.lit("missing_contract"))
        .when(pl.col("clean").is_null()).then(pl.lit("malformed_contract"))
        .when(duration == "").then(pl.lit("missing_duration"))
        .when(pl.col("seconds").fill_null(CUTS.day_seconds + 1) > CUTS.day_seconds).then(pl.lit("duration_out_of_range"))
        .otherwise(pl.lit("no_watch_time"))
    )  # fmt: skip


def _ledger(
    raw: pl.DataFrame, grouped: pl.DataFrame, several: pl.DataFrame, quarantine: pl.DataFrame, clean: pl.DataFrame
) -> pl.DataFrame:
    """The row of a day, each figure counted from the rows it describes."""
    of_several = grouped.filter(pl.col("records") > 1)
    landed_seconds, clean_seconds = int(grouped["seconds"].sum()), int(clean["seconds"].sum())
    duplicate_seconds = int(of_several["seconds"].sum()) - int(several["seconds"].sum())
    capped_seconds = int(clean["capped_seconds"].sum())
    rows = {
        "landed_rows": raw.height,
        "accepted_rows": int(clean["source_rows"].sum()),
        "duplicate_rows": int(of_several["records"].sum()) - int(several["records"].sum()),
        "quarantined_rows": quarantine.height,
        "erased_rows": raw["erased"].count(),
    }
    balanced = rows["landed_rows"] == sum(rows.values()) - rows["landed_rows"]
    return pl.DataFrame(
        {
            **rows,
            "landed_seconds": landed_seconds,
            "clean_seconds": clean_seconds,
            "duplicate_seconds": duplicate_seconds,
            "capped_seconds": capped_seconds,
            "balanced": balanced and landed_seconds == clean_seconds + capped_seconds + duplicate_seconds,
        }
    )
