"""What `c360 contract` prints is a contract by the standard's own schema, and says what the tables' contracts say."""

import json
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

from c360_assets.data_contracts.odcs import data_contract
from c360_assets.tables import TABLES

pytestmark = pytest.mark.unit

SCHEMA = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))


def problems(contract: dict[str, Any]) -> list[str]:
    return [error.json_path + " " + error.message for error in Draft201909Validator(SCHEMA).iter_errors(contract)]


@pytest.mark.parametrize("lake", ["data/lake", "s3://bucket/lake"])
def test_the_whole_is_valid_by_the_standard(lake: str) -> None:
    contract = data_contract("customer360", TABLES.values(), lake)
    assert problems(contract) == []
    assert contract["apiVersion"] == "v3.1.0"
    assert problems({**contract, "status": None, "schema": "none"})  # the schema can say no


def test_it_says_what_the_tables_say() -> None:
    by_name = {table["name"]: table for table in data_contract("all", TABLES.values(), "lake")["schema"]}
    assert set(by_name) == set(TABLES)
    for name, table in TABLES.items():
        columns = {column["name"]: column for column in by_name[name]["properties"]}
        assert list(columns) == [column.name for column in table.all_columns]
        personal = {column.name for column in table.all_columns if column.personal}
        assert {one for one, column in columns.items() if column.get("classification") == "personal"} == personal
        rules = {rule.name for rule in table.row_rules}
        assert rules <= {rule["name"] for rule in by_name[name].get("quality", [])}


def test_yaml_and_json_are_the_same(c360: Any) -> None:
    told, as_json = c360("contract", "rfm"), c360("contract", "rfm", "--json")
    assert (told.status, told.err) == (0, "")
    assert yaml.safe_load(told.out) == json.loads(as_json.out)
    assert [table["name"] for table in json.loads(as_json.out)["schema"]] == ["rfm"]


def test_a_table_that_is_not_there(c360: Any) -> None:
    told = c360("contract", "profiles")
    assert told.status == 2
    assert "profiles: no such table" in told.err
