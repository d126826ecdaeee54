"""Only files in the folder of receipts are read: a pipe would block the reader, and a device would fill the memory."""

import os
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from c360_assets.privacy.receipts import Receipt, ReceiptStore
from resources.erasure.erasure_list import ErasureList
from resources.errors import NotAReceipt
from tests.privacy.conftest import KEY

pytestmark = pytest.mark.unit


def test_links_to_pipes_and_devices_are_no_receipts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, erasures = ReceiptStore(str(tmp_path)), ErasureList(str(tmp_path), KEY)
    erasures.add([("contract", "HNH579912")], "a-receipt")
    receipt = Receipt("a-receipt", "2026-11-29T00:00:00+00:00", [{"kind": "contract", "digest": "d"}])
    store.write(receipt, erasures)
    folder = tmp_path / "erasures" / "_receipts"
    (folder / "a-receipt.json").rename(tmp_path / "kept.json")
    (folder / "a-receipt.json").symlink_to(tmp_path / "kept.json")
    os.mkfifo(tmp_path / "pipe")
    for name, target in (("b", tmp_path / "pipe"), ("c", "/dev/zero"), ("d", tmp_path), ("e", tmp_path / "none")):
        (folder / f"{name}.json").symlink_to(target)
    given = LocalFileSystem._open

    def of_files(self: LocalFileSystem, path: str, *args: object, **kwargs: object) -> object:
        assert Path(path).is_file()
        return given(self, path, *args, **kwargs)

    monkeypatch.setattr(LocalFileSystem, "_open", of_files)
    assert store.all(erasures) == [receipt]
    assert store.unfinished() == 1


def test_a_stray_file_among_the_receipts_is_named_with_its_place(tmp_path: Path) -> None:
    store, erasures = ReceiptStore(str(tmp_path)), ErasureList(str(tmp_path), KEY)
    folder = tmp_path / "erasures" / "_receipts"
    folder.mkdir(parents=True)
    (folder / "b.json").write_text("{}")
    with pytest.raises(NotAReceipt) as refused:
        store.all(erasures)
    assert str(refused.value) == (
        "erasures/_receipts/b.json in the lake: it is not a receipt of an erasure. "
        "Put it back as it was, or move it away if `c360 erase` did not write it."
    )


def test_half_a_receipt_that_a_killed_erasure_has_left_is_none_and_goes_with_the_next(tmp_path: Path) -> None:
    erasures, store = ErasureList(str(tmp_path), KEY), ReceiptStore(str(tmp_path))
    store.write(Receipt("whole", "2022-05-01", [], finished_at="2022-05-02"), erasures)
    folder = tmp_path / "erasures" / "_receipts"
    (folder / "whole.json.1234.new").write_text((folder / "whole.json").read_text().replace("2022-05-02", ""))
    assert store.unfinished() == 0
    store.clean_up()
    assert [path.name for path in folder.iterdir()] == ["whole.json"]
