"""Content of a landed file, in each form, as clean cells: regular lines fast, the rest by plain Python."""

from collections.abc import Iterable

import polars as pl

from bench.rivals.landed import CONTENT_FIELDS, Record, csv_header, csv_records, json_records, opened, other_columns
from bench.rivals.polars_month.columns import known, trimmed
from bench.rivals.reference import CUTS
from c360_assets.text.normalise import WHITE_SPACE

FIELDS = CONTENT_FIELDS[4:]
CLEAN = {
    "Contract": CUTS.contract_pattern.removeprefix("^").removesuffix("$"),
    "Mac": "[0-9A-F]{12}",
    "TotalDuration": "[0-9]{1,5}",
    "AppName": "[A-Z_]+",
}
OTHER = r'[^,"\x{fffd}]*'
BETWEEN = "\x1f"
PLAIN = r'[^"\\\x00-\x1f\x{fffd}]*'
JSON_LINE = (
    rf'^\{{"_index":"{PLAIN}","_type":"{PLAIN}","_id":"{PLAIN}","_score":(?:0|-?[1-9][0-9]*),"_source":\{{'
    + ",".join(f'"{name}":{quote}(?P<{name}>{CLEAN[name]}){quote}' for name, quote in
               (("Contract", '"'), ("Mac", '"'), ("TotalDuration", ""), ("AppName", '"')))
    + r"\}\}$"
)  # fmt: skip


def read_json(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a file of NDJSON, and whether anything landed in it."""
    clean, odd = read_lines(file, JSON_LINE, pl.col("line"))
    lines = [line.removeprefix("\ufeff") for line in odd["line"].drop_nulls()]
    records = (record for line in lines if "\ufffd" not in line for record in json_records(line, CONTENT_FIELDS))
    return pl.concat([clean, odd_cells(of_records(records, "json"))]), clean.height > 0 or any(
        line.strip(WHITE_SPACE) for line in lines
    )


def read_csv(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a CSV file, and whether anything landed in it."""
    header = csv_header(file)
    names = [*FIELDS, *other_columns(header)]
    group_of = {name: name if name in CLEAN else f"other{place}" for place, name in enumerate(names)}
    pattern = ",".join(f"(?P<{group_of[name]}>{CLEAN.get(name, OTHER)})" for name in header)
    record = pl.concat_str([group_of[name] for name in names], separator=BETWEEN)
    clean, odd = read_lines(file, f"^{pattern}$", record)
    places, lines = odd["place"].to_list(), [f"{line or ''}\n" for line in odd["line"]]
    if lines_were_taken_out(places, lines):
        with opened(file) as stream:
            clean, lines = clean.clear(), list(stream)
    records = csv_records(lines[1:], header, names)
    return pl.concat([clean, odd_cells(of_records(records, "csv"))]), clean.height > 0 or len(lines) > 1


def read_parquet(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a parquet file, and whether anything landed in it."""
    scan = pl.scan_parquet(file)
    fields = [pl.col(name).cast(pl.String) for name in FIELDS]
    others = other_columns(scan.collect_schema().names())
    raw = scan.select(*fields, record=pl.struct(*fields, *others).hash())
    is_clean = pl.all_horizontal(pl.col(name).str.contains(f"^(?:{CLEAN[name]})$") for name in FIELDS).fill_null(False)
    clean, odd = pl.collect_all(
        [
            raw.filter(is_clean).select(
                contract="Contract",
                mac="Mac",
                app="AppName",
                seconds=pl.col("TotalDuration").cast(pl.Int64),
                record="record",
            ),
            raw.filter(~is_clean),
        ],
        engine="streaming",
    )
    return pl.concat([clean, odd_cells(odd)]), clean.height + odd.height > 0


def read_lines(file: str, pattern: str, record: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clean cells of a text file, and the other lines with their place."""
    lines = lines_of(file).with_columns(pl.col("line").str.extract_groups(pattern).alias("fields")).unnest("fields")
    is_odd = pl.col("Contract").is_null()
    frame = lines.select(
        contract="Contract",
        mac="Mac",
        app="AppName",
        seconds=pl.col("TotalDuration").cast(pl.Int64),
        record=record.hash(),
        line=pl.when(is_odd).then("line"),
        place=pl.when(is_odd).then("place"),
    ).collect(engine="streaming")
    is_clean = pl.col("contract").is_not_null()
    return frame.filter(is_clean).drop("line", "place"), frame.filter(~is_clean).select("place", "line")


def lines_of(file: str) -> pl.LazyFrame:
    """The lines of a text file, with their place; bytes that are not UTF-8 as U+FFFD."""
    return pl.scan_csv(
        file,
        separator="\x01",
        quote_char=None,
        has_header=False,
        schema={"line": pl.String},
        encoding="utf8-lossy",
        row_index_name="place",
    )


def odd_cells(records: pl.DataFrame) -> pl.DataFrame:
    """Records that are not clean as they landed, brought into one form; those that break a rule are left out."""
    cells = records.select(**in_one_form("Contract", "Mac", "AppName", "TotalDuration"), record=pl.col("record"))
    return cells.filter(pl.col("contract").is_not_null())


def in_one_form(contract: str, mac: str, app: str, duration: str) -> dict[str, pl.Expr]:
    """The fields of a record in their one form; null for a contract, device or duration that is not valid."""
    clean = trimmed(pl.col(contract)).str.to_uppercase()
    device = pl.col(mac).str.replace_all(f"[:.\\-{WHITE_SPACE}]", "").str.to_uppercase()
    whole = trimmed(pl.col(duration))
    digits = pl.when(whole.str.contains(r"^[0-9]+(\.0+)?$")).then(whole.str.replace(r"\..*", ""))
    return {
        "contract": pl.when(clean.str.contains(CUTS.contract_pattern)).then(clean),
        "mac": pl.when(device.str.contains("^[0-9A-F]{12}$")).then(device),
        "app": known(pl.col(app)).str.to_uppercase().fill_null("UNKNOWN"),
        "seconds": digits.cast(pl.Int64, strict=False),
    }


def of_records(records: Iterable[Record], form: str) -> pl.DataFrame:
    """Records as a frame of FIELDS and `record`, a digest that is equal for equal records, clean or not."""
    fields = slice(4, 8) if form == "json" else slice(4)
    rows = [(*record[fields], _as_clean(record, form)) for record in records]
    schema = dict.fromkeys([*FIELDS, "record"], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("record").hash())


def _as_clean(record: Record, form: str) -> str:
    """The text that a clean record is compared by; no clean record has that of a record with a null."""
    if form == "csv":
        return repr(record) if None in record[:4] else BETWEEN.join(value or "" for value in record)
    if None in record:
        return repr(record)
    return (
        '{{"_index":"{}","_type":"{}","_id":"{}","_score":{},'
        '"_source":{{"Contract":"{}","Mac":"{}","TotalDuration":{},"AppName":"{}"}}}}'
    ).format(*record)


def lines_were_taken_out(places: list[int], lines: list[str]) -> bool:
    """Whether a quoted field goes over a line that is not among these, and so passed for a record itself."""
    is_open, before = False, -1
    for place, line in zip(places, lines, strict=True):
        if is_open and place != before + 1:
            return True
        is_open, before = is_open ^ bool(line.count('"') % 2), place
    return is_open
