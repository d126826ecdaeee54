"""Where an erased id still is, and what helps."""

import pytest

from c360_assets.privacy.proof.byte_scan import Scan
from c360_assets.privacy.proof.findings import place_of, remedies, tables_found

pytestmark = pytest.mark.unit

IN_TABLE = "raw_content/log_date=2022-04-01/a.parquet"
IN_LOG = "raw_content/_delta_log/00000000000000000000.json"
SCAN = Scan(
    hits={IN_TABLE: 2, IN_LOG: 1, "storage/a.err": 1}, columns={IN_TABLE: {"platform", "action"}, IN_LOG: {"add"}}
)


def test_a_hit_has_its_table_and_columns() -> None:
    assert [place_of(file, SCAN) for file in SCAN.hits] == [
        f"{IN_TABLE} (table raw_content, columns action, platform)",
        f"{IN_LOG} (table raw_content)",
        "storage/a.err",
    ]
    assert tables_found(SCAN) == ["table raw_content, columns action, platform"]


def test_what_helps_depends_on_where_the_hit_is() -> None:
    in_table, in_file = remedies(SCAN)
    assert "correct or remove it in the landing zone, then run the same command again" in in_table
    assert "run VACUUM" in in_file
    assert remedies(Scan(hits={IN_TABLE: 1})) == [in_table]
    assert remedies(Scan(unsearched=["a"]), again="start the job again") == [
        "Make readable what was not searched (1 file), or remove it, then start the job again."
    ]


def test_tables_that_were_not_made_again_come_first() -> None:
    assert remedies(SCAN, is_made=False) == ["Run the same command again."]
