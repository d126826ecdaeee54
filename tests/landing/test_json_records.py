"""Which records JSON holds, where their fields are, and what becomes of everything else in them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.landing.readers import lines as whole_lines
from tests.landing.reading import CONTENT, SEARCH, Row, read_bytes, row_of

pytestmark = pytest.mark.unit

FLAT = '{"Contract":"%s"}'


def read(tmp_path, text: str) -> list[Row]:
    return read_bytes(tmp_path, "a.json", text.encode())


def contracts(tmp_path, text: str) -> list[str]:
    """The contract of each record, otherwise what did not parse; sorted, since odd lines are read after regular ones."""
    return sorted(row["contract"] or row["unparsed"] for row in read(tmp_path, text))


def row(tmp_path, record: object, layout=CONTENT) -> Row:
    """The row of one record, which must be the same alone and among others of its kind."""
    line = json.dumps(record, ensure_ascii=False)
    (alone,) = read_bytes(tmp_path, "a.json", line.encode(), layout)
    among = read_bytes(tmp_path, "b.json", f"{line}\n".encode() * 3, layout)
    assert among == [alone] * 3
    return alone


# --- where records begin and end -------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["", " ", " \t ", "\x1e", "\n", "\r", "\r\n", "\n\n\x1e\x1e "], ids=repr)
@pytest.mark.parametrize("begin", ["", "\x1e", " \x1e "], ids=repr)
def test_objects_are_records_whatever_parts_them(tmp_path, begin, between):
    text = begin + between.join(FLAT % number for number in range(3)) + "\n"
    assert contracts(tmp_path, text) == ["0", "1", "2"]


def test_a_line_with_one_object_that_does_not_parse_stands_whole(tmp_path):
    line = (FLAT % 1) + '{"Contract":01}'
    assert contracts(tmp_path, f"{FLAT % 0}\n{line}\n") == ["0", line]


def test_line_ends_are_no_part_of_a_line(tmp_path):
    assert contracts(tmp_path, f"{FLAT % 0}\r\nx\r\ny\rz\n") == ["0", "x", "y", "z"]


@pytest.mark.parametrize("indent", [None, 1, 2, "\t"])
def test_an_array_has_a_record_per_element(tmp_path, indent):
    elements = [{"Contract": "0"}, 1.5, None, "ä, \n[", [1, {"b": "]"}], {"Contract": "1"}]
    found = contracts(tmp_path, json.dumps(elements, indent=indent, ensure_ascii=False))
    assert sorted(found) == sorted(["0", "1.5", "null", '"ä, \\n["', '[1,{"b":"]"}]', "1"])


@pytest.mark.parametrize("text", ["[]", " [ ] \n", "\ufeff[]"])
def test_an_empty_array_has_no_records(tmp_path, text):
    assert read(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        '[{"Contract":"0"}',
        '[{"Contract":"0"},\n',
        '[{"Contract":"0"},]',
        '[{"Contract":"0"},,1]',
        '[{"Contract":"0"}]x',
        '[{"Contract":NaN}]',
        '[{"Contract":"a\tb"}]',
        '[{"Contract":"0"}}',
        '[{"Contract":"0"]',
        '[{"Contract":"\\ud800"}]',
        '[1]\n[{"Contract":"0"}]',
        "\xa0[1]",
    ],
)
def test_a_text_that_begins_as_an_array_and_is_none_is_read_by_its_lines(tmp_path, text):
    found = read(tmp_path, text)
    assert [one["unparsed"] for one in found] == [line for line in text.split("\n") if line]


def test_records_on_lines_of_their_own_are_read_within_a_broken_array(tmp_path):
    assert contracts(tmp_path, f"[\n{FLAT % 0}\n{FLAT % 1}\n]") == ["0", "1", "[", "]"]


def test_an_answer_stands_for_its_hits(tmp_path):
    hits = [{"_id": "1", "_source": {"Contract": "0"}}, 7, {"Contract": "1", "hits": {"hits": [1]}}]
    answer = json.dumps({"took": 3, "hits": {"total": 3, "hits": hits}})
    for text in (answer, f"{FLAT % 2}\n{answer}{answer}", f"[{answer},{answer}]"):
        found = contracts(tmp_path, text)
        assert [found.count(one) for one in ("0", "1", "7", "2")] == [text.count("took")] * 3 + [text.count('"2"')]


@pytest.mark.parametrize("hits", [{}, [], None, {"hits": {}}, {"hits": None}, "x", {"total": 0}])
def test_an_object_without_a_list_of_hits_is_a_record(tmp_path, hits):
    (found,) = read(tmp_path, json.dumps({"Contract": "0", "hits": hits}))
    assert found["contract"] == "0"


def test_an_answer_without_hits_has_no_records(tmp_path):
    assert read(tmp_path, '{"hits":{"hits":[]}}\n' * 2) == []


# --- envelopes -------------------------------------------------------------------------------------------

INNER = {"Contract": "a", "x": 1}


@pytest.mark.parametrize("name", CONTENT.options.envelopes)
@pytest.mark.parametrize("wrap", [dict, lambda inner: f" {json.dumps(inner)}\n"], ids=["object", "text"])
def test_fields_are_in_an_envelope(tmp_path, name, wrap):
    found = row(tmp_path, {"_id": "1", name: wrap(INNER), "y": "b"})
    assert found == row_of(doc_id="1", contract="a", other_fields='{"x":"1","y":"b"}')


def test_the_first_envelope_counts_and_others_are_kept(tmp_path):
    record = {"message": {"Contract": "b"}, "log": INNER, "_airbyte_data": [INNER], "_source": "{}{}"}
    others = {"_airbyte_data": '[{"Contract":"a","x":1}]', "_source": "{}{}", "message": '{"Contract":"b"}', "x": "1"}
    expected = row_of(contract="a", other_fields=json.dumps(others, separators=(",", ":")))
    assert row(tmp_path, record) == expected


@pytest.mark.parametrize("value", [None, 1, True, "text", '["a"]', "{'Contract':1}", [INNER]])
def test_what_is_no_envelope_is_a_field(tmp_path, value):
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    others = None if value is None else json.dumps({"_source": text}, separators=(",", ":"))
    assert row(tmp_path, {"_source": value, "Contract": "a"}) == row_of(contract="a", other_fields=others)


def test_an_envelope_is_exact_and_one_level_deep(tmp_path):
    record = {"_Source": {"Contract": "b"}, "data": {"_source": {"Contract": "c"}}, "Contract": "a"}
    found = row(tmp_path, record)
    assert found["contract"] == "a"
    assert json.loads(found["other_fields"]) == {
        "_Source": '{"Contract":"b"}',
        "data": '{"_source":{"Contract":"c"}}',
    }


def test_fields_beside_an_envelope_are_kept_and_its_own_win(tmp_path):
    record = {
        "_source": {"Mac": None, "x": "in", "y": None, "_id": "2"},
        "_id": "1",
        "Mac": "m",
        "x": "out",
        "y": "out",
    }
    expected = row_of(doc_id="1", other_fields='{"Mac":"m","_id":"2","x":"in","y":"out"}')
    assert row(tmp_path, record) == expected


# --- names and values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["TotalDuration", "total_duration", "TOTALDURATION", "Total Duration", "total-duration"]
)
def test_fields_go_by_their_name_without_case_and_separators(tmp_path, name):
    assert row(tmp_path, {name: 254}) == row_of(total_duration="254")


def test_the_exact_name_wins_otherwise_the_first(tmp_path):
    record = {"contract": "a", "Contract": None, "MAC": "b", "mac": "c"}
    assert row(tmp_path, record) == row_of(mac="b", other_fields='{"contract":"a","mac":"c"}')


@pytest.mark.parametrize("name", ["_ID", "id", "_Id"])
def test_a_search_engines_own_fields_go_by_their_letter(tmp_path, name):
    assert row(tmp_path, {"Contract": "a", name: "1"}) == row_of(contract="a", other_fields=f'{{"{name}":"1"}}')


def test_a_search_record_keeps_a_search_engines_fields_beside(tmp_path):
    record = {"_index": "s", "_id": "1", "_source": {"user_id": "07", "keyword": "x"}}
    assert row(tmp_path, record, SEARCH) == row_of(
        SEARCH, user_id="07", keyword="x", other_fields='{"_id":"1","_index":"s"}'
    )


@pytest.mark.parametrize("kind", ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$date"])
def test_extended_json_counts_as_its_value(tmp_path, kind):
    record = {"_id": {kind: "1"}, "_source": {"Contract": {kind: "a"}, "x": {kind: 2.50}, "y": [{kind: "3"}]}}
    others = {"x": "2.5", "y": f'[{{"{kind}":"3"}}]'}
    assert row(tmp_path, record) == row_of(
        doc_id="1", contract="a", other_fields=json.dumps(others, separators=(",", ":"))
    )


@pytest.mark.parametrize("value", [{"$oid": "1", "x": 2}, {"$other": "1"}, {}])
def test_other_objects_are_their_json(tmp_path, value):
    assert row(tmp_path, {"Contract": value}) == row_of(contract=json.dumps(value, separators=(",", ":")))


def test_other_fields_are_texts_in_order_of_their_names(tmp_path):
    line = '{"Contract":"a","é":"ü","b":12.50,"B":true,"n":null,"l":[1.0,"q\\""],"o":{"z":1,"a":null},"b":-0}'
    (found,) = read(tmp_path, line)
    assert found["other_fields"] == (
        '{"B":"true","b":"0","l":"[1.0,\\"q\\\\\\"\\"]","o":"{\\"z\\":1,\\"a\\":null}","é":"ü"}'
    )


# --- nothing is dropped ----------------------------------------------------------------------------------

names = st.sampled_from(["Contract", "contract", "_id", "x", "é", "hits", "$oid"])
leaves = st.none() | st.booleans() | st.integers(-99, 99) | st.text(st.sampled_from('ab"\\{}[]\n🎉'), max_size=4)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3), max_leaves=5
)


def leaf_texts(value) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in leaf_texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in leaf_texts(inner)]
    return [] if value is None else [value if isinstance(value, str) else json.dumps(value)]


@settings(deadline=None)
@given(
    record=st.dictionaries(names, values, max_size=4),
    wrap=st.sampled_from([dict, lambda record: {"_source": record}, lambda record: {"log": json.dumps(record)}]),
    indent=st.sampled_from([None, 1]),
)
def test_every_value_is_in_a_row(tmp_path_factory, record, wrap, indent):
    hits = record.get("hits")
    if isinstance(hits, dict) and isinstance(hits.get("hits"), list):
        record = {**record, "hits": None}
    folder = tmp_path_factory.mktemp("records")
    (found,) = read_bytes(folder, "a.json", json.dumps([wrap(record)], indent=indent).encode())
    kept = [found[name] for name in CONTENT.columns[1:-2] if found[name] is not None]
    kept += json.loads(found["other_fields"] or "{}").values()
    inside = "\0".join([*kept, *(json.dumps(one, ensure_ascii=False) for one in kept)])
    for text in leaf_texts(record):
        assert text in inside or json.dumps(text, ensure_ascii=False)[1:-1] in inside


# --- large texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("block_bytes", [1, 7, 64, 1 << 20])
def test_an_array_is_read_in_blocks(tmp_path, monkeypatch, block_bytes):
    monkeypatch.setattr(whole_lines, "BLOCK_BYTES", block_bytes)
    records = [{"Contract": str(number), "x": 'a,"]\\' * (number % 5)} for number in range(40)]
    found = read(tmp_path, json.dumps(records, indent=2))
    assert sorted(int(row["contract"]) for row in found) == list(range(40))
    assert {row["unparsed"] for row in found} == {None}
