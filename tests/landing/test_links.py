"""Links count as what they point to, wherever they are; one that leads nowhere refuses its day only."""

import os
from datetime import date
from pathlib import Path

import pytest

from c360_assets.landing.raw_content import LAYOUT
from resources.errors import LandingError
from resources.landing.inspection import inspected
from resources.landing.zone import LandingZone
from tests.landing.landed import DAY, LINE, LOG, land, names, problem

pytestmark = pytest.mark.unit


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The folder of a log, with files beside the landing zone to link to."""
    store = tmp_path / "store" / "day"
    store.mkdir(parents=True)
    (store / "part-0.json").write_bytes(LINE)
    (tmp_path / "store" / "a.json").write_bytes(LINE)
    folder = tmp_path / LOG
    folder.mkdir()
    return folder


def link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def fingerprint_of(log: Path) -> str:
    zone = LandingZone(str(log.parent))
    delivery = zone.day(LOG, DAY)
    assert delivery
    return zone.fingerprint(delivery)[0]


LINKED = {
    "folder": ("20220401", "../store/day", "day/part-0.json", ["20220401/part-0.json"]),
    "file": ("20220401.json", "../store/a.json", "a.json", ["20220401.json"]),
    "part": ("20220401/x.json", "../../store/a.json", "a.json", ["20220401/x.json"]),
    "folder of parts": ("20220401/hour=07", "../../store/day", "day/part-0.json", ["20220401/hour=07/part-0.json"]),
}


@pytest.mark.parametrize(("name", "target", "behind", "expected"), LINKED.values(), ids=LINKED.keys())
def test_a_link_is_what_it_points_to(log, name, target, behind, expected):
    link(log / name, target)
    delivery = LandingZone(str(log.parent)).days(LOG).deliveries[DAY]
    assert names(delivery) == expected
    assert [file.size for file in delivery.files] == [len(LINE)]


@pytest.mark.parametrize(("name", "target", "behind", "expected"), LINKED.values(), ids=LINKED.keys())
def test_a_change_behind_a_link_is_seen(log, name, target, behind, expected):
    link(log / name, target)
    zone = LandingZone(str(log.parent))
    before, state = fingerprint_of(log), zone.day(LOG, DAY).state
    path = log.parent / "store" / behind
    stat = path.stat()
    path.write_bytes(LINE.replace(b"254", b"255"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fingerprint_of(log) != before
    assert zone.day(LOG, DAY).state != state


def test_a_link_put_to_another_file_is_seen(log):
    link(log / "20220401.json", "../store/a.json")
    before = fingerprint_of(log)
    (log.parent / "store" / "b.json").write_bytes(LINE * 2)
    (log / "20220401.json").unlink()
    link(log / "20220401.json", "../store/b.json")
    assert fingerprint_of(log) != before


def test_a_whole_log_may_be_linked(log):
    land(log.parent / "elsewhere", {"20220401.json": LINE})
    log.rmdir()
    link(log, f"elsewhere/{LOG}")
    assert names(LandingZone(str(log.parent)).day(LOG, DAY)) == ["20220401.json"]


LEADS_NOWHERE = {
    "to nothing": {"20220403.json": "../store/gone.json"},
    "part to nothing": {"20220403/x.json": "gone"},
    "to itself": {"20220403.json": "20220403.json"},
    "to the log": {"20220403": "."},
    "to a folder above": {"20220403/hour=01": ".."},
    "to its own folder": {"20220403/a/b": "../a"},
    "round two folders": {"20220403": "../store/loop", "../store/loop/back": f"../../{LOG}"},
    "to a pipe": {"20220403.json": "../store/pipe"},
}


@pytest.mark.parametrize("links", LEADS_NOWHERE.values(), ids=LEADS_NOWHERE.keys())
def test_a_link_that_leads_nowhere_refuses_its_day_only(log, links):
    (log / "20220401.json").write_bytes(LINE)
    os.mkfifo(log.parent / "store" / "pipe")
    for name, target in links.items():
        link(log / name, target)
    found = LandingZone(str(log.parent)).days(LOG)
    assert names(found.deliveries[DAY]) == ["20220401.json"]
    refused = problem(found.deliveries[date(2022, 4, 3)])
    assert refused.startswith(f"{LOG}/20220403")
    assert "gone" not in refused


def test_two_links_to_one_folder_are_no_loop(log):
    for part in ("a", "b"):
        link(log / "20220401" / part, "../../store/day")
    assert names(LandingZone(str(log.parent)).day(LOG, DAY)) == ["20220401/a/part-0.json", "20220401/b/part-0.json"]


def test_links_that_double_the_folders_at_each_step_are_refused(log):
    for step in range(30):
        for name in ("a", "b"):
            link(log / "_steps" / f"{step}" / name, f"../{step + 1}")
    (log / "_steps" / "30").mkdir()
    link(log / "20220401", "_steps/0")
    land(log.parent, {"20220402.json": LINE})
    found = LandingZone(str(log.parent)).days(LOG)
    assert "has links to more than 1,000 folders. Remove some of them." in str(found.deliveries[DAY].error)
    assert names(found.deliveries[date(2022, 4, 2)]) == ["20220402.json"]


def test_a_pipe_is_no_file(log):
    os.mkfifo(log / "20220401.json")
    assert "neither a file nor a folder" in problem(LandingZone(str(log.parent)).day(LOG, DAY))


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(log):
    zone = land(log.parent, {"20220401.json": LINE})
    delivery = zone.day(LOG, DAY)
    (log / "20220401.json").unlink()
    os.mkfifo(log / "20220401.json")
    with pytest.raises(LandingError, match=r"^20220401.json: can't be read \(Not a regular file\)"):
        zone.fingerprint(delivery)
    with pytest.raises(LandingError, match=r"Not a regular file"):
        inspected(LAYOUT, delivery)


def test_a_link_without_a_days_name_is_named(log):
    link(log / "latest.json", "../store/gone.json")
    [(name, what)] = LandingZone(str(log.parent)).names(LOG).unrecognized.items()
    assert name == f"{LOG}/latest.json"
    assert "leads nowhere" in what


def test_linked_links_are_read(log):
    link(log.parent / "identity" / "links.csv", "../store/a.json")
    link(log.parent / "identity" / "gone.csv", "../store/gone.csv")
    with pytest.raises(LandingError, match=r"identity/gone\.csv: is a link that leads nowhere") as raised:
        raise LandingZone(str(log.parent)).folder("identity").error
    assert raised.value.remedy
