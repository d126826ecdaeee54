"""Nothing that landed, and no name of a file, commands the terminal or breaks a command's output."""

import io
import json
import re
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from rich.table import Table as Grid

import c360_assets
from c360_assets.changes.compare import ColumnChange, PartitionChange
from c360_assets.cli.main import _print_any_text
from c360_assets.commands import profile, sql
from c360_assets.commands.diff import show_transitions
from c360_assets.commands.erase import _report, _say
from c360_assets.execution.runner import Outcome
from c360_assets.privacy.erase import Erased
from c360_assets.privacy.landed_files import REWRITE
from c360_assets.privacy.proof.byte_scan import Scan
from c360_assets.privacy.receipts import Receipt
from c360_assets.query.output import table_text
from c360_assets.terminal import Terminal
from resources.errors import LandingError, Where
from resources.harmless import harmless_json

pytestmark = pytest.mark.unit

VALUES = {
    "closing tag": "[/b]",
    "style": "[red]x[/red]",
    "link": "[link=https://example.org]x[/link]",
    "title": "\x1b]0;owned\x07",
    "clears": "\x1b[2J",
    "one byte": "\x9b2J",
    "turned": "abc\u202egpj",
    "half a pair": "\ud800",
    "return": "seen\rover",
}
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")
FIGURES = dict.fromkeys(("seconds_total", "active_days", "lift", "watch_change"))


def assert_harmless(text: str, value: str) -> None:
    """The value is seen, brackets and all, and nothing in it is obeyed."""
    text.encode()
    assert not HARMFUL.search(text)
    assert HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode(), value) in text


@pytest.fixture
def terminal() -> Terminal:
    return Terminal(file=io.StringIO(), width=200, force_terminal=False)


def printed(terminal: Terminal) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_profile_shows_what_was_typed(value: str, terminal: Terminal) -> None:
    names = [name for _, side in profile._SIDES for name in side]
    row = {**dict.fromkeys(names), **FIGURES, "customer_id": f"user:{value}", "most_search": value}
    profile._show(terminal, {**row, "month": date(2022, 6, 1)})
    assert_harmless(printed(terminal), value)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_difference_shows_what_was_typed(value: str, terminal: Terminal) -> None:
    column = ColumnChange("most_search", 1, transitions=((value, value, 1),))
    show_transitions(terminal, PartitionChange(date(2022, 6, 1), 0, 0, 1, (column,)))
    assert_harmless(printed(terminal), value)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_an_erasure_shows_the_names_of_files(value: str, terminal: Terminal) -> None:
    """It would break off in its midst otherwise, each time."""
    name = f"log_content/{value}.json"
    _say(terminal, f"rewritten: {name}")
    receipt = Receipt("one", "", [], landing=REWRITE, not_rewritten={name: "it landed during the erasure"})
    _report(terminal, Erased(receipt, Scan(hits={name: 1}, unsearched=[name]), Outcome()))
    lines = [line for line in printed(terminal).splitlines() if ".json" in line]
    assert len(lines) == 4
    for line in lines:
        assert_harmless(line, name)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_an_answer_in_sql_shows_what_landed(value: str) -> None:
    if value == VALUES["half a pair"]:
        pytest.skip("no table can hold it")
    assert_harmless("".join(table_text(pa.table({value: [value]}).to_reader())), value)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_data_on_a_terminal_is_harmless_and_elsewhere_as_it_is(form, monkeypatch: pytest.MonkeyPatch) -> None:
    value = VALUES["one byte"]

    class Reader:
        def run(self, text: str) -> list[pa.RecordBatchReader]:
            return [pa.table({"keyword": [text]}).to_reader()]

        def watched(self, parts):
            return parts

    for is_seen in (True, False):
        out = io.StringIO()
        monkeypatch.setattr(out, "isatty", lambda is_seen=is_seen: is_seen, raising=False)
        monkeypatch.setattr(sys, "stdout", out)
        sql._print(Reader(), value, form)
        assert (value in out.getvalue()) is not is_seen


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_json_says_the_same_and_commands_nothing(value: str) -> None:
    for indent in (None, 2):
        text = harmless_json({value: [value, date(2022, 6, 1)]}, indent)
        assert not HARMFUL.search(text)
        assert json.loads(text) == {value: [value, "2022-06-01"]}


@pytest.mark.parametrize("value", [*VALUES.values(), "line\nend"], ids=[*VALUES, "line end"])
def test_an_error_is_one_line_whatever_the_file_is_called(value: str) -> None:
    text = str(LandingError("can't be read", "Land it again.", Where(file=f"log_content/{value}.json")))
    assert_harmless(text, value.replace("\n", "\\n"))
    assert "\n" not in text
    assert text.endswith("Land it again.")


def test_broken_markup_is_printed_as_it_is(terminal: Terminal) -> None:
    terminal.print("[/nothing] [bold]said")
    grid = Grid("a")
    grid.add_row("[/nothing]")
    terminal.print(grid)
    assert printed(terminal).count("[/nothing]") == 2


def test_every_console_is_such_a_terminal() -> None:
    folder = Path(c360_assets.__file__).parent
    assert [path for path in folder.rglob("*.py") if re.search(r"\bConsole\(", path.read_text())] == []


@pytest.mark.parametrize(("is_terminal", "encoding"), [(False, "utf-8"), (True, "latin-1")])
def test_text_that_the_locale_does_not_know_is_printed(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, encoding: str
) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="latin-1")
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stdout", stream)
    _print_any_text()
    print("há → hàn", flush=True)
    shown = "há → hàn" if encoding == "utf-8" else "há \\u2192 hàn"
    assert written.getvalue() == f"{shown}\n".encode(encoding)
