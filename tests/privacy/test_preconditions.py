"""An erasure is refused before anything changes where it would take more from the lake than the customer."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from c360_assets.build import build
from c360_assets.privacy.erase import Eraser
from c360_assets.privacy.subjects import subject_of
from resources.erasure.erasure_list import ErasureList
from resources.errors import ErasureRefused, LandingError
from resources.lake.sql import LakeQuery
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lakes import made_once as shared

pytestmark = pytest.mark.engine

CONTRACT, OTHER = "HNH579912", "SGDA12345"
HEADER = "contract,user_id,source\n"
LINKS = f"{small.LINKS}{OTHER},7654321,app\n"


def land(landing: Path) -> None:
    """A day, and links of two customers."""
    small.land_all(landing, (small.APRIL,), (small.APRIL,), LINKS)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake with links of two customers. Not to be changed."""
    with shared(tmp_path_factory, "two-links", land) as home:
        yield home


def erase(home: Home) -> bool:
    ids = subject_of(LakeQuery(str(home.lake)), CONTRACT).ids
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    return Eraser(home.settings, home.instance, job, lambda text: None).erase(ids).is_proven


def test_a_day_that_only_an_earlier_version_has_is_restored_first(made: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The erasure would remove that version, and others in it would be gone for good."""
    home = made
    home.erasure_key = KEY
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / "dagster"))
    small.content_path(home.landing, small.APRIL).unlink()
    DeltaTable(str(home.lake / "raw_content")).delete(f"contract <> '{CONTRACT}'")
    before = files_of(home.lake)
    with pytest.raises(ErasureRefused, match=r"raw_content 2022-04-01 was changed outside Customer360 \(commit"):
        erase(home)
    assert files_of(home.lake) == before


def files_of(lake: Path) -> dict[str, bytes]:
    return {str(path.relative_to(lake)): path.read_bytes() for path in lake.rglob("*") if path.is_file()}


def users(home: Home) -> list[str]:
    return sorted(row["user_id"] for row in home.rows("identity_map"))


def test_without_a_landing_zone_nothing_is_erased(erasing: Home) -> None:
    before = files_of(erasing.lake)
    shutil.move(erasing.landing, erasing.root / "unmounted")
    with pytest.raises(LandingError, match="No landing folder"):
        erase(erasing)
    assert files_of(erasing.lake) == before


def no_folder(identity: Path) -> None:
    shutil.rmtree(identity)


def no_record(identity: Path) -> None:
    (identity / "links.csv").write_text(HEADER)


@pytest.mark.parametrize("empty", [no_folder, no_record])
def test_links_of_others_are_not_dropped(erasing: Home, empty: Callable[[Path], None]) -> None:
    before = files_of(erasing.lake)
    empty(erasing.landing / "identity")
    with pytest.raises(ErasureRefused) as refused:
        erase(erasing)
    assert "holds 1 link of other customers" in str(refused.value)
    assert "Put the identity files back, or run `c360 run`" in str(refused.value)
    assert files_of(erasing.lake) == before


def test_a_lake_made_without_links_can_be_erased_from(erasing: Home) -> None:
    shutil.rmtree(erasing.landing / "identity")
    assert erasing.run_directly().ok
    assert erase(erasing)


@pytest.mark.slow  # an erasure of its own; one without links is in every run
def test_the_last_links_may_be_those_of_the_erased(erasing: Home) -> None:
    small.land_links(erasing.landing)
    assert erasing.run_directly().ok
    no_record(erasing.landing / "identity")  # as a rewrite leaves it that is stopped afterwards
    assert erase(erasing)
    assert users(erasing) == []


@pytest.mark.parametrize("words", [(), ("--yes",)], ids=["dry run", "erasure"])
def test_the_command_refuses_it(erasing: Home, c360, monkeypatch, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("C360_ERASURE_KEY", KEY.decode())
    before = files_of(erasing.lake)
    shutil.move(erasing.landing, erasing.root / "unmounted")
    done = c360("erase", CONTRACT, *words, root=erasing.root)
    assert done.status == 1
    assert "No landing folder" in done.out + done.err
    assert files_of(erasing.lake) == before
    assert ErasureList(str(erasing.lake), KEY).entries() == []


def test_days_before_the_first_that_is_read_have_to_be_read(erasing: Home) -> None:
    before = files_of(erasing.lake)
    erasing.first_day = small.MAY
    with pytest.raises(ErasureRefused) as refused:
        erase(erasing)
    assert "the lake holds days from 2022-04-01 on, and those before C360_FIRST_DAY (2022-05-01)" in str(refused.value)
    assert "Set C360_FIRST_DAY to 2022-04-01, the first month of the lake" in str(refused.value)
    assert files_of(erasing.lake) == before


def test_a_dry_run_says_which_first_day_to_set(erasing: Home, c360, monkeypatch) -> None:
    monkeypatch.setenv("C360_ERASURE_KEY", KEY.decode())
    monkeypatch.setenv("C360_FIRST_DAY", "2022-05-20")
    done = c360("erase", CONTRACT, root=erasing.root)
    assert (done.status, "Set C360_FIRST_DAY to 2022-04-01" in done.err) == (1, True), done
