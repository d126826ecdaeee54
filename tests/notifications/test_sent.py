"""Which messages were sent is known from a file in the lake: what is damaged there silences nothing."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from c360_assets.notifications.causes import erasure_notices, failure_notices, not_read_notices, warning_notices
from c360_assets.notifications.notifier import LASTING, Notifier
from c360_assets.notifications.sent import FILE, SentNotices
from c360_assets.notifications.webhook import Webhook
from c360_assets.privacy.receipts import ReceiptStore
from resources.erasure.erasure_list import ErasureList
from resources.lake.provenance import Item
from tests.support.webhooks import Receiver, receiving

pytestmark = pytest.mark.unit

RAW: Item = ("raw_content", date(2022, 4, 2))
NOTICES = [*failure_notices({RAW: "It is cut off."}), *warning_notices({RAW: {"usual_count": "2 rows, usually 5"}})]
ENTRY = {"kind": "failed", "table": "raw_content", "partition": "2022-04-02", "at": "2022-05-01T00:00:00+00:00"}


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def check(webhook: Receiver, lake: Path) -> tuple[int, str | None]:
    """One check, as a run does it: how many messages were sent, and what went wrong."""
    notifier = Notifier(str(lake), Webhook(webhook.url, ()))
    done = notifier.send(NOTICES)
    not_forgotten = notifier.forget_all_but(NOTICES, LASTING, lambda item: item is None)
    return done.sent, done.problem or not_forgotten


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        '"text"',
        '{"a": 5}',
        '{"a": null, "b": [], "c": {}}',
        *(
            json.dumps({"a": ENTRY | change})
            for change in (
                {"kind": "unknown"},
                {"kind": []},
                {"table": "nosuch"},
                {"table": ["raw_content"]},
                {"table": "\ud800"},
                {"partition": "xx"},
                {"partition": 5},
                {"partition": ""},
                {"at": "2099"},
                {"at": 5},
                {"at": None},
                {"more": 1},
            )
        ),
        '{"a":{"kind":"failed","table":"nosuch","partition":"xx","at":"2099"}}',
        '{"a":' * 100_000,
        "[" * 100_000,
        '{"a": ' + "9" * 5_000 + "}",
        b"\xff\xfe\xff",
    ],
    ids=lambda text: str(text)[:70],
)
def test_what_is_damaged_counts_as_not_sent(text, webhook, tmp_path):
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert SentNotices(str(tmp_path)).read() == {}
    assert check(webhook, tmp_path) == (2, None)
    assert check(webhook, tmp_path) == (0, None)


def test_an_entry_that_is_damaged_takes_no_other_with_it(webhook, tmp_path):
    check(webhook, tmp_path)
    file = tmp_path / FILE
    file.write_text(json.dumps(json.loads(file.read_text()) | {"a": ENTRY | {"at": 5}, "\ud800": 7}))
    assert check(webhook, tmp_path) == (0, None)


def in_its_place(lake: Path, kind: str) -> None:
    """Puts something else in place of the file."""
    file = lake / FILE
    if kind == "a file above it":
        file.parent.write_text("")
        return
    file.parent.mkdir()
    file.mkdir()
    if kind == "a folder with files":
        (file / "x.json").write_text("{}")


@pytest.mark.parametrize("kind", ["a folder", "a folder with files", "a file above it"])
def test_what_cannot_be_recorded_is_said_with_the_name_of_the_file(kind, webhook, tmp_path):
    in_its_place(tmp_path, kind)
    there = sorted(tmp_path.rglob("*"))
    for _ in range(2):
        sent, problem = check(webhook, tmp_path)
        assert sent == 1, "the rest is not sent: it would come again and again"
        assert problem is not None
        assert problem.startswith(f"{tmp_path}/{FILE} can't be written (")
    assert sorted(tmp_path.rglob("*")) == there


def test_a_pipe_in_its_place_is_not_opened(webhook, tmp_path):
    (tmp_path / FILE).parent.mkdir()
    os.mkfifo(tmp_path / FILE)
    assert check(webhook, tmp_path) == (2, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_of_another_user_counts_as_none(webhook, tmp_path):
    check(webhook, tmp_path)
    (tmp_path / FILE).chmod(0)
    assert check(webhook, tmp_path) == (2, None)


def test_names_that_are_not_utf_8_are_sent_and_remembered(webhook, tmp_path):
    name = os.fsdecode(b"log_content/\xff.json")
    notices = [*not_read_notices([name]), *erasure_notices({"\ud800": {"users": 1}})]
    notifier = Notifier(str(tmp_path), Webhook(webhook.url, ()))
    notifier.send(())
    assert [notifier.send(notices).sent for _ in range(2)] == [2, 0]
    assert webhook.take()[0]["cause"] == "log_content/?.json"


def test_what_is_no_receipt_hides_none(tmp_path):
    folder = tmp_path / "erasures" / "_receipts"
    (folder / "a.json").mkdir(parents=True)
    os.mkfifo(folder / "b.json")
    (folder / "c.json").symlink_to(folder / "a.json")
    (folder / "d.json").write_text("[" * 100_000)
    receipt = {
        "receipt_id": "1",
        "finished_at": "2022-05-01T00:00:00+00:00",
        "subjects": [{"kind": "user", "digest": "d"}],
    }
    (folder / "e.json").write_text(json.dumps(receipt))
    store = ReceiptStore(str(tmp_path))
    assert store.finished() == {"1": {"users": 1}}
    assert store.unfinished() == 0
    for name in ("c.json", "d.json", "e.json"):
        (folder / name).unlink()
    assert store.all(ErasureList(str(tmp_path), b"0123456789abcdef0123456789abcdef")) == []
