"""Folders in one another without end refuse the day that they are in, and nothing else."""

from datetime import date
from pathlib import Path

import pytest

from resources.landing.rewriting.rewrite import ENDING, remove_unfinished
from resources.landing.zone import LandingZone
from tests.landing.landed import DAY, LINE, LOG, land, names, problem
from tests.support.deep import deep_folder

pytestmark = pytest.mark.unit

OTHER = date(2022, 4, 3)
TOLD = "has more than 32 folders in one another. Move its files up, or move it away."


@pytest.fixture
def zone(tmp_path: Path) -> LandingZone:
    """A landing zone with a file of one day, and the folder of another."""
    return land(tmp_path, {"20220401.json": LINE, "20220403/x.json": LINE})


def test_a_folder_that_is_too_deep_refuses_its_day_only(tmp_path, zone):
    with deep_folder(tmp_path / LOG / "20220403"):
        deliveries = zone.days(LOG).deliveries
        assert names(deliveries[DAY]) == ["20220401.json"]
        assert problem(deliveries[OTHER]) == f"{LOG}/20220403: {TOLD}"
        assert problem(zone.day(LOG, OTHER)) == f"{LOG}/20220403: {TOLD}"


@pytest.mark.parametrize(("levels", "is_read"), [(32, True), (33, False)])
def test_as_many_folders_as_any_writer_makes_are_read(tmp_path, zone, levels, is_read):
    with deep_folder(tmp_path / LOG / "20220403", levels) as innermost:
        (innermost / "y.json").write_bytes(LINE)
        delivery = zone.days(LOG).deliveries[OTHER]
        assert (delivery.problem is None) == is_read
        if is_read:
            assert names(delivery) == ["20220403/" + "d/" * levels + "y.json", "20220403/x.json"]


@pytest.mark.parametrize("name", ["20220403/_old", "2022", "junk"])
def test_elsewhere_a_deep_folder_is_harmless(tmp_path, zone, name):
    with deep_folder(tmp_path / LOG / name):
        assert names(zone.days(LOG).deliveries[OTHER]) == ["20220403/x.json"]
        zone.names(LOG)
        zone.check([LOG])


def test_a_folder_without_days_is_refused(tmp_path):
    zone = land(tmp_path, {"a.csv": LINE}, "identity")
    with deep_folder(tmp_path / "identity" / "new"):
        assert problem(zone.folder("identity")) == f"identity/new: {TOLD}"


def test_what_a_killed_rewriting_left_is_removed_however_deep_a_folder_is(tmp_path, zone):
    with deep_folder(tmp_path / "junk") as innermost:
        left = [innermost / f".x{ENDING}", tmp_path / LOG / f".20220401.json{ENDING}"]
        for path in left:
            path.write_bytes(b"half")
        remove_unfinished(str(tmp_path))
        assert not any(path.exists() for path in left)


def test_only_files_count_as_left_by_a_killed_rewriting(tmp_path, zone):
    folder, link, file = (tmp_path / LOG / f".{name}{ENDING}" for name in ("a", "b", "c"))
    folder.mkdir()
    link.symlink_to(tmp_path / LOG / "20220401.json")
    file.write_bytes(b"half")
    (folder / file.name).write_bytes(b"half")
    remove_unfinished(str(tmp_path))
    assert [folder.exists(), link.exists(), file.exists(), (folder / file.name).exists()] == [True, True, False, False]


def test_one_that_can_not_be_removed_does_not_keep_the_others(tmp_path, zone, monkeypatch):
    left = [tmp_path / LOG / f".{name}{ENDING}" for name in ("a", "b", "c")]
    for path in left:
        path.write_bytes(b"half")
    remove = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == left[1]:
            raise PermissionError
        remove(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    remove_unfinished(str(tmp_path))
    assert [path for path in left if path.exists()] == left[1:2]
