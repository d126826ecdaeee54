"""Which customer a name means: an id may hold colons, and nobody else is taken for the one who has it."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.privacy.resumed import subject_to_erase
from c360_assets.privacy.subjects import Subject, subject_of
from resources.erasure.erasure_list import ErasureList
from resources.errors import UnknownCustomer
from resources.lake.sql import LakeQuery
from tests.privacy.conftest import KEY

pytestmark = pytest.mark.unit

USERS = ("google:anna@example.com", "anna@example.com", "7000005", "user:7", "7", "contract:C3", "8000009")
CONTRACTS = ("C1", "8000001", "C2")
NAMED = ("8000009", "8000010")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Raw tables with these users and contracts, and with names in other fields of a contract's records."""
    lake = tmp_path_factory.mktemp("lake")
    rest = {"source_file": "a", "unparsed": None, "log_date": date(2022, 4, 1)}
    searches = [{"user_id": user, "other_fields": None, **rest} for user in USERS]
    watched = [{"contract": contract, "other_fields": None, **rest} for contract in CONTRACTS]
    watched += [{"contract": "C2", "other_fields": f'{{"note":"{name}"}}', **rest} for name in NAMED]
    types = [(name, pa.string()) for name in ("source_file", "unparsed", "other_fields")] + [("log_date", pa.date32())]
    for table, column, rows in (("raw_search", "user_id", searches), ("raw_content", "contract", watched)):
        schema = pa.schema([(column, pa.string()), *types])
        write_deltalake(str(lake / table), pa.Table.from_pylist(rows, schema))
    for table, user in (("identity_map", "8000001"), ("quarantine_identity", "a:b")):
        write_deltalake(str(lake / table), pa.table({"contract": ["C1"], "user_id": [user]}))
    return str(lake)


@pytest.mark.parametrize(
    ("name", "kind", "meant"),
    [
        ("google:anna@example.com", "user", "GOOGLE:ANNA@EXAMPLE.COM"),
        ("user:google:anna@example.com", "user", "GOOGLE:ANNA@EXAMPLE.COM"),
        (" anna@example.com", "user", "ANNA@EXAMPLE.COM"),
        ("user:7", "user", "7"),
        ("user:user:7", "user", "USER:7"),
        ("contract:C3", "user", "CONTRACT:C3"),
        ("contract:8000001", "contract", "8000001"),
        ("8000001", "contract", "8000001"),
        ("user:8000001", "user", "8000001"),
        ("8000009", "user", "8000009"),
        ("8000010", "contract", "8000010"),
    ],
)
def test_a_name_means_the_customer_that_has_it(lake: str, name: str, kind: str, meant: str) -> None:
    assert subject_of(LakeQuery(lake), name).ids == ((kind, meant),)


def test_a_contract_has_its_linked_users(lake: str) -> None:
    assert subject_of(LakeQuery(lake), "contract:c1").ids == (("contract", "C1"), ("user", "8000001"), ("user", "A:B"))


@pytest.mark.parametrize("name", ["facebook:7000005", "user:facebook:7000005", "user:", ":7", "contract:7000005", "b"])
def test_no_prefix_is_dropped(lake: str, name: str) -> None:
    with pytest.raises(UnknownCustomer):
        subject_of(LakeQuery(lake), name)


def test_who_is_on_the_list_is_known_by_all_of_an_id(tmp_path: Path) -> None:
    lake = str(tmp_path)
    erasures, receipts = ErasureList(lake, KEY), ReceiptStore(lake)
    erasures.add([("user", "google:eva"), ("user", "paul")], "a receipt")
    found = subject_to_erase(LakeQuery(lake), "user:google:eva", erasures, receipts)
    assert found == Subject((("user", "GOOGLE:EVA"),))
    with pytest.raises(UnknownCustomer):
        subject_to_erase(LakeQuery(lake), "google:paul", erasures, receipts)
