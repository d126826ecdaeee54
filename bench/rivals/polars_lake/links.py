"""Links between contracts and users: those that are used, and those that are refused."""

from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.kept import is_as_landed, keep_state, state_of
from bench.rivals.landed import IDENTITY, LandedDay, data_files, form_of
from bench.rivals.polars_lake.landing import landed_rows
from bench.rivals.polars_lake.store import write_rows
from bench.rivals.polars_month.columns import trimmed, user_of
from bench.rivals.reference import CUTS


def keep_links(landing: Path, out: Path) -> tuple[pl.DataFrame, bool]:
    """The one contract of each user, and whether any file changed since the links were kept."""
    files = [str(path) for path in data_files(landing / IDENTITY.folder)]
    state = state_of(landing, files)
    changed = not is_as_landed(out, IDENTITY.folder, state)
    if changed:
        for table, rows in _judged(landing, files).items():
            write_rows(table, rows, out / table / "rows.parquet")
        keep_state(out, IDENTITY.folder, state)
    links = pl.read_parquet(out / "identity_map" / "rows.parquet")
    return links.select("user_id", linked_contract="contract"), changed


def _judged(landing: Path, files: list[str]) -> dict[str, pl.DataFrame]:
    """The tables of links."""
    days = [LandedDay(date.min, form_of(Path(file)), (file,)) for file in files]
    empty = pl.DataFrame(schema=dict.fromkeys(["source_file", *IDENTITY.columns], pl.String) | {"erased": pl.Boolean})
    contract = trimmed(pl.col("contract")).str.to_uppercase()
    judged = (
        pl.concat([empty, *(landed_rows(IDENTITY, day, landing) for day in days)])
        .lazy()
        .with_columns(
            clean_contract=pl.when(contract.str.contains(CUTS.contract_pattern)).then(contract),
            clean_user=user_of(pl.col("user_id")),
        )
        .with_columns(
            reason=pl.when(pl.col("unparsed").is_not_null()).then(pl.lit("unparseable"))
            .when(pl.col("clean_contract").is_null()).then(pl.lit("malformed_contract"))
            .when(pl.col("clean_user").is_null()).then(pl.lit("missing_user"))
        )
        .collect(engine="streaming")
    )  # fmt: skip
    users = judged.filter(pl.col("reason").is_null()).group_by("clean_user").agg(pl.col("clean_contract").n_unique())
    many = users.filter(pl.col("clean_contract") > 1)["clean_user"].implode()
    is_of_many = pl.col("reason").is_null() & pl.col("clean_user").is_in(many)
    judged = judged.with_columns(reason=pl.when(is_of_many).then(pl.lit("user_of_many_contracts")).otherwise("reason"))
    source = pl.when(~trimmed(pl.col("source")).is_in(CUTS.null_markers)).then("source")
    used = (
        judged.filter(pl.col("reason").is_null())
        .group_by("clean_contract", "clean_user")
        .agg(source.min().alias("source"))
    )
    return {
        "identity_map": used.rename({"clean_contract": "contract", "clean_user": "user_id"}),
        "quarantine_identity": judged.filter(pl.col("reason").is_not_null()).select("reason", *IDENTITY.fields),
    }
