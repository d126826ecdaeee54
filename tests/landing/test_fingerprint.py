"""What a fingerprint tells: whether the bytes of a delivery changed, read only where they may have."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from resources.errors import LandingError
from resources.landing.zone import LandingZone
from resources.landing.zone import fingerprint as fingerprints
from tests.landing.landed import DAY, LINE, LOG, land

pytestmark = pytest.mark.unit


@pytest.fixture
def inputs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose bytes are read for a digest, from a process that knows none."""
    found: list[str] = []
    plain = fingerprints.read_digest

    def counted(file):
        found.append(file.name)
        return plain(file)

    monkeypatch.setattr(fingerprints, "_DIGESTS", {})
    monkeypatch.setattr(fingerprints, "read_digest", counted)
    return found


def fingerprint(zone: LandingZone, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
    delivery = zone.day(LOG, DAY)
    assert delivery
    return zone.fingerprint(delivery, known)


def touch(path: Path) -> None:
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))


def test_a_touched_file_is_read_again_and_is_the_same(tmp_path, inputs):
    zone = land(tmp_path, {"20220401.json": LINE})
    before, known = fingerprint(zone)
    touch(tmp_path / LOG / "20220401.json")
    after, other = fingerprint(zone, known)
    assert before == after
    assert known.keys() != other.keys()
    assert inputs == ["20220401.json"] * 2


def test_a_known_state_is_not_read_again(tmp_path, inputs, monkeypatch):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220401/b.json": b"{}"})
    before, known = fingerprint(zone)
    assert inputs == ["20220401/a.json", "20220401/b.json"]
    assert fingerprint(zone) == (before, known)  # by the process
    monkeypatch.setattr(fingerprints, "_DIGESTS", {})
    assert fingerprint(zone, known) == (before, known)  # by what was known
    assert len(inputs) == 2
    monkeypatch.setattr(fingerprints, "_DIGESTS", {})
    assert fingerprint(zone) == (before, known)
    assert len(inputs) == 4


CHANGES = {
    "other bytes": lambda folder: (folder / "a.json").write_bytes(LINE.replace(b"254", b"255")),
    "more bytes": lambda folder: (folder / "a.json").write_bytes(LINE * 2),
    "renamed": lambda folder: (folder / "a.json").rename(folder / "c.json"),
    "swapped": lambda folder: swap(folder / "a.json", folder / "b.json"),
    "one more": lambda folder: (folder / "c.json").write_bytes(b""),
    "one less": lambda folder: (folder / "b.json").unlink(),
}


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_delivery_has_another_fingerprint(tmp_path, change):
    zone = land(tmp_path, {"20220401/a.json": LINE, "20220401/b.json": b"{}"})
    (before, known), state = fingerprint(zone), zone.day(LOG, DAY).state
    change(tmp_path / LOG / "20220401")
    assert fingerprint(zone, known)[0] != before
    assert zone.day(LOG, DAY).state != state


def test_a_file_replaced_in_size_and_time_is_read_again(tmp_path):
    zone = land(tmp_path, {"20220401.json": LINE})
    path = tmp_path / LOG / "20220401.json"
    stat = path.stat()
    before, known = fingerprint(zone)
    path.write_bytes(LINE.replace(b"254", b"255"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fingerprint(zone, known)[0] != before


def test_where_files_lie_does_not_count(tmp_path):
    zones = [land(tmp_path / place, {"20220401.json": LINE}) for place in ("here", "there")]
    assert len({fingerprint(zone)[0] for zone in zones}) == 1


def test_a_file_that_cannot_be_read_has_no_fingerprint(tmp_path):
    zone = land(tmp_path, {"20220401.json": LINE})
    delivery = zone.day(LOG, DAY)
    (tmp_path / LOG / "20220401.json").unlink()
    with pytest.raises(LandingError, match=r"20220401\.json: can't be read \(No such file"):
        zone.fingerprint(delivery)
