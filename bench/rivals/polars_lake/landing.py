"""Landed files as rows that keep all of a record, every value as text."""

import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from bench.rivals.landed import CONTENT, LandedDay, Log, Record, csv_header, csv_rows, opened, rows_of_json, unparsed
from bench.rivals.polars_month.reading import lines_of, lines_were_taken_out

_TEXT = r'[^"\\\x00-\x1f\x7f-\x{10ffff}]*'
_REGULAR = (
    rf'^\{{"_index":"(?P<doc_index>{_TEXT})","_type":"(?P<doc_type>{_TEXT})","_id":"(?P<doc_id>{_TEXT})",'
    rf'"_score":(?P<doc_score>0|-?[1-9][0-9]*),"_source":\{{"Contract":"(?P<contract>{_TEXT})","Mac":"(?P<mac>{_TEXT})",'
    rf'"TotalDuration":(?P<total_duration>0|[1-9][0-9]*),"AppName":"(?P<app_name>{_TEXT})"\}}\}}$'
)
_REPLACEMENT = "\ufffd"


def landed_rows(log: Log, day: LandedDay, root: Path) -> pl.DataFrame:
    """The rows of a day: the file that each is from, and the columns of the log."""
    read = {"json": _json, "csv": _csv, "parquet": _parquet}[day.form]
    frames = [
        read(log, file).with_columns(source_file=pl.lit(str(Path(file).relative_to(root / log.folder))))
        for file in day.files
    ]
    return pl.concat(frames).select("source_file", *log.columns, erased=pl.lit(None, pl.Boolean))


def _frame(log: Log, rows: Iterable[Record]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(log.columns, pl.String), orient="row")


def _json(log: Log, file: str) -> pl.DataFrame:
    if log is not CONTENT:
        with opened(file) as stream:
            return _frame(log, rows_of_json(stream, log))
    parts = pl.col("line").str.extract_groups(_REGULAR).alias("fields")
    regular = pl.col("contract").is_not_null()
    taken_apart = lines_of(file).with_columns(parts).unnest("fields").with_columns(line=pl.when(~regular).then("line"))
    lines = taken_apart.collect(engine="streaming")
    odd = lines.filter(~regular)["line"].drop_nulls()
    is_wrong = odd.str.contains(_REPLACEMENT, literal=True)
    rows = rows_of_json((line.removeprefix("\ufeff") for line in odd.filter(~is_wrong)), log)
    if is_wrong.any():
        rows += _rows_of_odd_bytes(file, log)
    clean = lines.filter(regular).select(*log.fields)
    nothing = [pl.lit(None, pl.String).alias(name) for name in ("unparsed", "other_fields")]
    return pl.concat([clean.with_columns(nothing), _frame(log, rows)])


def _rows_of_odd_bytes(file: str, log: Log) -> list[Record]:
    """Rows for lines that are not valid UTF-8, or that hold U+FFFD: in what Polars reads, the two look the same."""
    rows: list[Record] = []
    with opened(file) as stream:
        for raw in stream.buffer:
            if not raw.isascii():
                try:
                    line = raw.decode()
                except UnicodeDecodeError:
                    text = raw.decode(errors="backslashreplace").rstrip("\r\n")
                    rows.append(unparsed(text, tuple(log.fields)))
                    continue
                rows += rows_of_json([line] if _REPLACEMENT in line else [], log)
    return rows


def _csv(log: Log, file: str) -> pl.DataFrame:
    """Lines without quotes are split at their commas; all others are read by plain Python."""
    header = csv_header(file)
    if not header:
        return _frame(log, [])
    line = pl.col("line")
    commas = line.str.count_matches(",", literal=True) == len(header) - 1
    regular = (commas & ~line.str.contains(f'["{_REPLACEMENT}]') & (pl.col("place") > 0)).fill_null(False)
    lines = lines_of(file).with_columns(regular=regular).collect(engine="streaming")
    clean, odd = lines.filter("regular"), lines.filter(~pl.col("regular"))
    places, texts = odd["place"].to_list(), [f"{text or ''}\n" for text in odd["line"]]
    if lines_were_taken_out(places, texts):
        with opened(file) as stream:
            clean, texts = clean.clear(), [*stream]
    elif any(_REPLACEMENT in text for text in texts):
        wanted = {*places}
        with opened(file) as stream:
            texts = [text for place, text in enumerate(stream) if place in wanted]
    cells = line.str.split_exact(",", len(header) - 1).struct.rename_fields(header).alias("cells")
    frame = clean.lazy().select(cells).unnest("cells")
    filled = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in header]
    rows = frame.with_columns(filled).select(_kept(log, header)).collect(engine="streaming")
    return pl.concat([rows, _frame(log, csv_rows(texts[1:], header, log))])


def _parquet(log: Log, file: str) -> pl.DataFrame:
    scan = pl.scan_parquet(file)
    schema = scan.collect_schema()
    nested = [_as_json(name) for name, kind in schema.items() if kind.is_nested()]
    return scan.with_columns(nested).select(_kept(log, schema.names())).collect(engine="streaming")


def _kept(log: Log, names: Iterable[str]) -> list[pl.Expr]:
    """The columns of a log from those of a file."""
    names = [*names]
    there = {column: pl.col(field) if field in names else pl.lit(None) for column, field in log.fields.items()}
    others = [_member(name) for name in sorted({*names} - {*log.fields.values()})]
    members = pl.concat_str(others, separator=",", ignore_nulls=True) if others else pl.lit(None, pl.String)
    return [
        *(value.cast(pl.String).alias(column) for column, value in there.items()),
        pl.lit(None, pl.String).alias("unparsed"),
        pl.when(members != "").then("{" + members + "}").alias("other_fields"),
    ]


def _as_json(name: str) -> pl.Expr:
    """A column as JSON; null stays null."""
    encoded = pl.struct(name).struct.json_encode().str.strip_suffix("}")
    return pl.when(pl.col(name).is_not_null()).then(encoded.str.slice(len(json.dumps(name)) + 2)).alias(name)


def _member(name: str) -> pl.Expr:
    """A column as a member of a JSON object; null where it is null."""
    text = pl.col(name).cast(pl.String)
    return pl.when(text.is_not_null()).then(pl.struct(text.alias(name)).struct.json_encode().str.head(-1).str.slice(1))
