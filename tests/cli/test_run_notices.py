"""`c360 run` sends what it found to the webhook, and ends as it would without."""

import json
from collections.abc import Iterator
from datetime import date

import pytest

from c360_assets.execution.runner import Outcome, Runner
from tests.landing.landed import LINE, land
from tests.support.webhooks import DRIP, Receiver, receiving, speaking

pytestmark = pytest.mark.unit

ITEM = ("raw_content", date(2022, 4, 1))
FAILED = Outcome(planned=1, failed={ITEM: "20220401.json: is cut off. Land it again, whole."})


@pytest.fixture
def webhook(tmp_path, monkeypatch) -> Iterator[Receiver]:
    land(tmp_path / "landing", {"20220401.json": LINE})
    monkeypatch.setattr(Runner, "run_all", lambda *_: FAILED)
    monkeypatch.setattr("c360_assets.notifications.webhook.time.sleep", lambda _: None)
    with receiving() as receiver:
        monkeypatch.setenv("C360_WEBHOOK", receiver.url)
        yield receiver


def test_a_failure_is_sent_once(c360, webhook):
    assert [c360("run").status for _ in range(2)] == [1, 1]
    [message] = webhook.take()
    assert (message["kind"], message["about"]) == ("failed", "raw_content 2022-04-01")


def test_a_webhook_that_is_down_fails_no_run(c360, webhook, monkeypatch):
    monkeypatch.setattr(Runner, "run_all", lambda *_: Outcome(warnings={ITEM: {"known_fields": "new Region"}}))
    webhook.statuses = [500] * 3
    done = c360("run")
    assert done.status == 0
    assert "1 message not sent: the webhook answered 500." in done.out
    assert webhook.url not in done.out
    c360("run")
    assert [message["kind"] for message in webhook.take()] == ["warning"]


def test_a_webhook_that_never_ends_its_answer_does_not_hold_up_a_run(c360, webhook, monkeypatch):
    monkeypatch.setattr("c360_assets.notifications.webhook.DEADLINE_SECONDS", 0.5)
    with speaking(DRIP, pause=0.05) as url:
        monkeypatch.setenv("C360_WEBHOOK", url)
        done = c360("run")
    assert "1 message not sent: the webhook did not answer in time. The next run sends them." in done.out
    assert url not in done.out + done.err


def test_a_folder_in_place_of_what_was_sent_is_named(c360, webhook, tmp_path):
    folder = tmp_path / "lake" / "_c360" / "notices.json"
    folder.mkdir(parents=True)
    done = c360("run")
    assert "notices.json can't be written (IsADirectoryError): messages may be sent twice." in done.out
    assert len(webhook.take()) == 1


def test_a_folder_among_the_receipts_silences_nothing(c360, webhook, tmp_path):
    (tmp_path / "lake" / "erasures" / "_receipts" / "x.json").mkdir(parents=True)
    assert "messages" not in c360("run").out
    assert len(webhook.take()) == 1


def test_a_run_that_cannot_begin_says_so(c360, webhook, tmp_path, monkeypatch):
    (tmp_path / "landing").rename(tmp_path / "elsewhere")
    assert c360("run").status == 1
    [message] = webhook.take()
    assert (message["about"], message["kind"]) == ("c360 run", "failed")
    assert "No landing folder" in message["cause"]


def test_without_a_webhook_nothing_is_kept(c360, webhook, tmp_path, monkeypatch):
    monkeypatch.delenv("C360_WEBHOOK")
    c360("run")
    assert not (tmp_path / "lake" / "_c360").exists()
    assert webhook.requests == 0


def test_quiet_prints_only_what_needs_a_person(c360, webhook, monkeypatch):
    monkeypatch.delenv("C360_WEBHOOK")
    done = c360("run", "--quiet")
    assert done.status == 1
    assert done.out.splitlines() == ["failed raw_content 2022-04-01: 20220401.json: is cut off. Land it again, whole."]
    monkeypatch.setattr(Runner, "run_all", lambda *_: Outcome(planned=1, made={ITEM}))
    done = c360("run", "-q")
    assert (done.status, done.out, done.err) == (0, "", "")
    old = Outcome(planned=1, made={ITEM}, earlier_warnings={ITEM: {"known_fields": "new Region"}})
    monkeypatch.setattr(Runner, "run_all", lambda *_: old)
    assert c360("run", "-q").out == "", "each call of cron would repeat it"
    assert "warning 1 of what was made earlier" in c360("run").out


def test_json_has_what_was_made_and_what_failed(c360, webhook, monkeypatch):
    found = json.loads(c360("run", "--json").out)
    assert (found["ok"], found["exit_status"], found["made"]) == (False, 1, [])
    assert found["failed"] == [
        {
            "table": "raw_content",
            "partition": "2022-04-01",
            "reason": "20220401.json: is cut off. Land it again, whole.",
        }
    ]
    warned = Outcome(planned=1, made={ITEM}, warnings={ITEM: {"known_fields": "new Region"}})
    monkeypatch.setattr(Runner, "run_all", lambda *_: warned)
    found = json.loads(c360("run", "--json", "--strict").out)
    assert (found["ok"], found["exit_status"]) == (True, 1)
    assert found["made"] == [{"table": "raw_content", "partition": "2022-04-01"}]
    assert [one["check"] for one in found["warnings"]] == ["known_fields"]
