"""Which customer a name means: an id may hold colons, and nobody else is taken for the one who has it."""

import json
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.privacy.subjects import Links, Subject, alike_users, held_days, named_by_short_ids, subject_of
from resources.erasure.erasure_list import ErasureList
from resources.erasure.suppression import Kind
from resources.errors import UnknownCustomer, Where
from resources.lake.sql import LakeQuery
from resources.settings import Settings
from tests.privacy.conftest import KEY
from tests.support import small_landing as small

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


def test_linked_ids_are_found_in_steps_in_proportion_to_the_links(lake: str) -> None:
    """A contract may have any number of users."""
    compared = 0

    class Counted(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

    count = 2000
    pairs = [(Counted(contract), Counted(f"U{n:04}")) for contract in ("C1", "C2") for n in range(count)]
    found = subject_of(LakeQuery(lake), "contract:C1", Links(pairs))
    assert found.ids == (("contract", "C1"), *(("user", f"U{n:04}") for n in range(count)))
    assert found.also_linked == ("C2",)
    assert compared < 20 * count


@pytest.mark.parametrize("name", ["facebook:7000005", "user:facebook:7000005", "user:", ":7", "contract:7000005", "b"])
def test_no_prefix_is_dropped(lake: str, name: str) -> None:
    with pytest.raises(UnknownCustomer):
        subject_of(LakeQuery(lake), name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A lake and a landing zone that hold nothing yet."""
    return replace(Settings.from_environment(), lake=f"{tmp_path}/lake", landing=f"{tmp_path}/landing", erasure_key=KEY)


def test_who_is_on_the_list_is_known_by_all_of_an_id(settings: Settings) -> None:
    ErasureList(settings.lake, KEY).add([("user", "google:eva"), ("user", "paul")], "a receipt")
    assert subjects_to_erase(settings, ["user:google:eva"]) == [Subject((("user", "GOOGLE:EVA"),))]
    with pytest.raises(UnknownCustomer):
        subjects_to_erase(settings, ["google:paul"])


def test_unknown_names_in_a_file_are_named_by_their_lines_alone(settings: Settings) -> None:
    ErasureList(settings.lake, KEY).add([("user", "paul")], "a receipt")
    places = {name: Where("named.txt", line) for line, name in ((2, "anna"), (3, "paul"), (5, "eva"), (6, "max"))}
    with pytest.raises(UnknownCustomer) as refused:
        subjects_to_erase(settings, places, places)
    assert str(refused.value) == (
        "named.txt:2: the lake holds no customer of that name, nor of those in lines 5, 6. "
        "Give a contract, a user id or a customer id of customer360."
    )
    with pytest.raises(UnknownCustomer, match=r"^named\.txt:5: the lake holds no customer of that name\. "):
        subjects_to_erase(settings, ["paul", "eva"], places)


def test_links_count_as_soon_as_they_have_landed(lake: str, settings: Settings) -> None:
    path = small.land_links(Path(settings.landing), "contract,user_id\nc1,8000001\nC1,new.0\nC2,8.0\nC9,8000001\n,9\n")
    (path.parent / "later.csv").write_bytes(b"contract,user_id\n\xa0C2,77\n")
    (path.parent / "damaged.parquet").write_bytes(b"PAR1")
    found = subjects_to_erase(replace(settings, lake=lake), ["C1", "C2", "C9"])
    assert [sorted(text for kind, text in one.ids if kind == "user") for one in found] == [
        ["8000001", "A:B", "NEW.0"],
        ["77", "8"],
        ["8000001"],
    ]
    assert found[0].also_linked == ("C9",)


def test_a_text_that_means_null_is_nobody(lake: str, settings: Settings) -> None:
    """An erasure of it would take the records of everybody who has a null somewhere."""
    links = "contract,user_id\nC1,NULL\nC1, \nC1,nan\nC1,Null\nC1,\\N\nC1,77\nNULL,78\n"
    small.land_links(Path(settings.landing), links)
    (found,) = subjects_to_erase(replace(settings, lake=lake), ["C1"])
    assert sorted(text for kind, text in found.ids if kind == "user") == ["77", "8000001", "A:B"]
    for name in ("NULL", "user:null", "contract:NULL", " ", "", "true", "Contract", "user_id"):
        with pytest.raises(UnknownCustomer):
            subjects_to_erase(replace(settings, lake=lake), [name])


def test_records_that_name_a_short_id_in_another_field_are_counted(tmp_path: Path) -> None:
    rows = {"contract": ["C3", "C4", "C5"], "other_fields": ['{"v":"1.0.3"}', '{"v":"10.3"}', '{"v":"30"}']}
    rest = {"unparsed": [None] * 3, "source_file": ["a"] * 3, "log_date": [date(2022, 4, 2)] * 3}
    types = {"unparsed": pa.string(), "log_date": pa.date32()}
    table = pa.table({name: pa.array(held, types.get(name)) for name, held in {**rows, **rest}.items()})
    write_deltalake(str(tmp_path / "raw_content"), table)
    query = LakeQuery(str(tmp_path))
    assert named_by_short_ids(query, [("user", "3"), ("contract", "C3")]) == 1, "the first is the contract's own"
    assert named_by_short_ids(query, [("contract", "C5")]) == 0


def test_an_id_with_other_letters_is_found_behind_the_escapes_of_json(tmp_path: Path) -> None:
    notes = [json.dumps({"by": "Thảo123"}), '{"by":"Th%E1%BA%A3o123"}', '{"by":"Thao123"}']
    rest = {
        "contract": ["C3"] * 3,
        "unparsed": [None] * 3,
        "source_file": ["a"] * 3,
        "log_date": [date(2022, 4, 2)] * 3,
    }
    types = {"unparsed": pa.string(), "log_date": pa.date32()}
    table = pa.table({name: pa.array(held, types.get(name)) for name, held in {"other_fields": notes, **rest}.items()})
    write_deltalake(str(tmp_path / "raw_content"), table)
    [found] = held_days(LakeQuery(str(tmp_path)), [("user", "THẢO123")])
    assert found.records == 2


def test_any_number_of_ids_is_looked_for_and_none_is_a_pattern(lake: str) -> None:
    ids: list[tuple[Kind, str]] = [("user", str(10_000_000 + number)) for number in range(12_000)]
    ids += [("contract", f"it's (a) pattern.*\\{number}|") for number in range(3)]
    ids += [("user", f"{'X' * 900}{number}") for number in range(1000)]
    assert held_days(LakeQuery(lake), ids) == []
    [found] = held_days(LakeQuery(lake), [*ids, ("contract", "C2")])
    assert (found.table, found.records) == ("raw_content", 3)


def test_an_id_with_a_blank_is_found_where_bytes_that_are_not_text_landed_for_it(tmp_path: Path) -> None:
    day = date(2022, 4, 1)
    for table, column in (("raw_content", "contract"), ("raw_search", "user_id")):
        row = {column: r"ab\xffcd", "source_file": "a", "unparsed": None, "other_fields": None, "log_date": day}
        types = [(name, pa.date32() if name == "log_date" else pa.string()) for name in row]
        write_deltalake(str(tmp_path / table), pa.Table.from_pylist([row], pa.schema(types)))
    found = held_days(LakeQuery(str(tmp_path)), [("contract", "AB CD"), ("user", "AB CD")])
    assert [(one.table, one.records) for one in found] == [("raw_content", 1), ("raw_search", 1)]


def test_users_whose_ids_differ_only_in_capitals_are_counted(tmp_path: Path) -> None:
    write_deltalake(
        str(tmp_path / "clean_search"), pa.table({"user_id": ["aB1", "Ab1", "aB1", "AB1", "o'B", "cd2", "x"]})
    )
    ids: list[tuple[Kind, str]] = [("user", "AB1"), ("user", "O'B"), ("user", "CD2"), ("contract", "X")]
    assert alike_users(LakeQuery(str(tmp_path)), ids) == 2
    assert alike_users(LakeQuery(str(tmp_path / "none")), ids) == 0


def test_records_that_may_hide_an_id_are_not_kept(lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses with parameters may hide one, and many logs have one in each record."""

    class Looked(dict[str, object]):
        """A row that can be watched."""

    alive: list[weakref.ref[Looked]] = []
    most = 0

    def rows(*_: object) -> Iterator[Looked]:
        nonlocal most
        for number in range(100):
            row = Looked(log_date=date(2022, 4, 1), source_file="a", unparsed=None, contract=None, user_id=None)
            row["other_fields"] = f'{{"referer":"/play?id={number}&src=home"}}'
            alive.append(weakref.ref(row))
            most = max(most, sum(one() is not None for one in alive))
            yield row

    monkeypatch.setattr(LakeQuery, "stream", rows)
    assert [day.records for day in held_days(LakeQuery(lake), [("user", "99")])] == [1, 1]
    assert most <= 2
