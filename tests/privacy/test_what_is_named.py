"""Files of customers and of receipts that a command names: anything else is refused in one sentence."""

import json
from pathlib import Path

import pytest

from c360_assets.privacy.customers_file import customers_in
from c360_assets.privacy.receipts import Receipt, read_receipt
from resources.erasure.erasure_list import ErasureList
from resources.errors import NotACustomersFile, NotAReceipt

pytestmark = pytest.mark.unit


def test_customers_are_lines_without_a_mark_at_the_beginning(tmp_path: Path) -> None:
    file = tmp_path / "customers.txt"
    file.write_bytes(b"\xef\xbb\xbfHNH579912\r\n\n  user:0762982 \n")
    assert [(name, str(place)) for name, place in customers_in(file).items()] == [
        ("HNH579912", f"{file}:1"),
        ("user:0762982", f"{file}:3"),
    ]


@pytest.mark.parametrize(("data", "line"), [(b"a\nb\nkh\xe1ch", 3), ("HNH579912".encode("utf-16"), 1)])
def test_customers_in_another_encoding_are_refused_with_the_line(data: bytes, line: int, tmp_path: Path) -> None:
    file = tmp_path / "customers.txt"
    file.write_bytes(data)
    with pytest.raises(NotACustomersFile) as refused:
        customers_in(file)
    assert str(refused.value) == f"{file}:{line}: it is not UTF-8 text. Save it as UTF-8."


NO_RECEIPTS = {
    "other types": {"signature": "é", "schema": 1, "receipt_id": 1, "begun_at": 2, "subjects": 3},
    "subjects without digests": {"signature": "é", "schema": 1, "receipt_id": "1", "begun_at": "2", "subjects": [3]},
    "another field": {"signature": "é", "schema": 1, "receipt_id": "1", "begun_at": "2", "subjects": [], "x": 1},
    "a list": [],
}


@pytest.mark.parametrize("fields", NO_RECEIPTS.values(), ids=NO_RECEIPTS)
def test_what_is_no_receipt_is_refused(fields: object, tmp_path: Path) -> None:
    with pytest.raises(NotAReceipt, match=r"a\.json: it is not a receipt"):
        read_receipt(json.dumps(fields), ErasureList(str(tmp_path), b"an erasure key of a test"), "a.json")


@pytest.mark.parametrize("signature", ["é", "\ud800", 7, None])
def test_a_signature_of_any_form_is_compared(signature: object, tmp_path: Path) -> None:
    erasures = ErasureList(str(tmp_path), b"an erasure key of a test")
    fields = Receipt("a", "b", [{"kind": "user", "digest": "0"}]).signed(erasures) | {"signature": signature}
    with pytest.raises(NotAReceipt, match=r"its signature does not fit|not a receipt"):
        read_receipt(json.dumps(fields), erasures, "a.json")
