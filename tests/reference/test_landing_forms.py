"""`landing.toml`: its defaults, what it changes, and what is refused with file and line."""

from dataclasses import replace
from pathlib import Path

import pytest

from c360_assets.landing import identity, raw_content, raw_search
from c360_assets.reference.landing_forms import FIELDS, landing_options, options_fingerprint
from c360_assets.reference.model import load_reference
from resources.errors import BadReference
from resources.landing.layout import LandingOptions
from resources.settings import REFERENCE
from tests.landing.reading import CONTENT, IDENTITY, SEARCH, read_bytes, row_of
from tests.strategies import write_reference

pytestmark = pytest.mark.unit

PATH = Path("reference/landing.toml")


def options(text: str) -> LandingOptions:
    return landing_options(PATH, {PATH.name: text.encode()})


def test_the_committed_file_writes_the_defaults_out():
    assert landing_options(REFERENCE / PATH.name, {PATH.name: (REFERENCE / PATH.name).read_bytes()}) == LandingOptions()


@pytest.mark.parametrize("module", [raw_content, raw_search, identity])
def test_every_field_but_a_search_engines_own_may_have_more_names(module):
    layout = module.LAYOUT
    assert FIELDS[layout.folder] == tuple(field for _, field in layout.fields if field not in layout.document)


def test_the_file_may_be_absent_and_then_the_defaults_hold(tmp_path):
    folder = write_reference(tmp_path)
    (folder / PATH.name).unlink(missing_ok=True)
    absent = load_reference(folder)
    (folder / PATH.name).write_text("# nothing is set\n")
    present = load_reference(folder)
    assert absent.landing == present.landing == LandingOptions()
    assert absent.fingerprints == present.fingerprints


def test_only_landed_files_depend_on_it(tmp_path):
    folder = write_reference(tmp_path)
    before = load_reference(folder).fingerprints
    (folder / PATH.name).write_text('envelopes = ["payload"]\n')
    after = load_reference(folder).fingerprints
    assert after.rules == before.rules
    assert after.landing != before.landing


def test_what_is_set_is_what_is_read(tmp_path):
    set_here = options(
        'envelopes = ["payload"]\ncsv_separators = ["~"]\ncsv_escape = "\\\\"\n'
        '[names.log_content]\nContract = ["customer no", "Số"]\n[names.log_search]\nkeyword = ["q"]\n'
        '[names.identity]\nuser_id = ["account"]\n'
    )
    assert set_here.csv_escape == "\\"
    assert options_fingerprint(set_here) != options_fingerprint(LandingOptions())
    content, search, links = (replace(layout, options=set_here) for layout in (CONTENT, SEARCH, IDENTITY))
    json = b'{"payload":{"Customer_No":"a"},"_source":{"Contract":"b"}}'
    assert read_bytes(tmp_path, "a.json", json, content) == [
        row_of(contract="a", other_fields='{"_source":"{\\"Contract\\":\\"b\\"}"}')
    ]
    assert read_bytes(tmp_path, "a.json", '{"SỐ":"a"}'.encode(), content) == [row_of(contract="a")]
    assert read_bytes(tmp_path, "a.json", b'{"Q":"a"}', search) == [row_of(SEARCH, keyword="a")]
    assert read_bytes(tmp_path, "a.json", b'{"Account":"a"}', links) == [row_of(IDENTITY, user_id="a")]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('\nenvelope = ["a"]', 2, "envelope: is not known here"),
        ('[names.log_content]\n\nDuration = ["a"]', 3, "Duration of [names.log_content]: is not known here"),
        ('[names.log_content]\n_id = ["a"]', 2, "_id of [names.log_content]: is not known here"),
        ('[names.log_watch]\nContract = ["a"]', 2, "is not known here"),
        ('envelopes = "a"', 1, "is not a list"),
        ("envelopes = [1]", 1, "1 is not text"),
        ('envelopes = ["a", "a"]', 1, "'a' occurs twice"),
        ("csv_separators = []", 1, "it is empty"),
        ('csv_separators = [";;"]', 1, "can't separate fields"),
        ("csv_separators = ['\"']", 1, "can't separate fields"),
        ('\n\ncsv_escape = "/"', 3, "can't escape quotes"),
        ("csv_escape = 1", 1, "can't escape quotes"),
        ('[names.log_content]\nContract = ["app name"]', 2, "'app name' already stands for AppName"),
        ('[names.identity]\ncontract = ["x"]\nsource = ["X"]', 3, "'X' already stands for contract"),
        ('[names.identity]\ncontract = ["_-"]', 2, "is not a name"),
        ("envelopes = [", 1, "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, told):
    with pytest.raises(BadReference) as raised:
        options(text)
    assert str(raised.value).startswith(f"{PATH}:{line}: ")
    assert told in str(raised.value)
