"""Forty customers are erased, landed files included: no byte knows them, and the rest is as if they had never landed."""

from pathlib import Path

import pytest

from c360_assets.build import build
from c360_assets.privacy.erase import Eraser
from c360_assets.privacy.subjects import subject_of
from resources.lake.sql import LakeQuery
from tests.model import COLUMNS, KEYS, differences
from tests.model import build as build_model
from tests.support.canary_landing import CANARIES, OTHERS, canary_landing
from tests.support.canary_search import found_below
from tests.support.direct import DirectRunner
from tests.support.homes import REFERENCE, Home

pytestmark = pytest.mark.engine  # on Apache Spark in `make test-all`: it takes minutes there

KEY = b"an erasure key of a test"


@pytest.mark.slow  # an erasure of its own; one is in every run
def test_no_byte_knows_the_erased_and_all_else_is_as_if_they_had_never_landed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary_landing([*CANARIES, *OTHERS]).write(home.landing)
    assert home.run_directly().ok
    assert len(found_below(home.landing)) == len(found_below(home.lake)) == len(CANARIES)
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / "dagster"))
    home.erasure_key = KEY
    settings = home.settings
    job = build(settings).resolve_implicit_global_asset_job_def()
    monkeypatch.setattr(  # Dagster's steps take half of the time; test_erase.py has them
        "c360_assets.privacy.erase.Runner", lambda _, __, planner, ___: DirectRunner(home.definitions(), planner)
    )
    query = LakeQuery(str(home.lake))
    ids = dict.fromkeys(pair for one in CANARIES for name in one.names for pair in subject_of(query, name).ids)
    erased = Eraser(settings, home.instance, job, lambda text: None).erase(list(ids), "rewrite")
    assert erased.outcome.failed == {}
    assert erased.left == []
    assert erased.is_proven
    for folder in (home.lake, home.root / "dagster", home.landing):
        assert found_below(folder) == set(), folder
    expected = build_model(canary_landing(OTHERS).write(tmp_path / "others"), REFERENCE)
    for table in COLUMNS:
        assert differences(expected[table], home.rows(table), KEYS[table]) == [], table
    assert erased.receipt.landed_files == []
    assert home.run_directly().planned == 0
