"""What a message says, that it is sent once, and what happens while the webhook is down."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import monotonic

import pytest

from c360_assets.notifications import webhook as webhook_module
from c360_assets.notifications.causes import (
    failure_notices,
    held_notices,
    not_read_notices,
    overdue_notices,
    warning_notices,
)
from c360_assets.notifications.notice import Notice, safe
from c360_assets.notifications.notifier import LASTING, Notifier
from c360_assets.notifications.webhook import Webhook
from c360_assets.reference.deadlines import Deadline, time
from resources.engine.failures import public_reason_of
from resources.errors import BadSetting, LandingError, Where
from resources.lake.provenance import Item
from resources.settings import Settings
from tests.support.webhooks import CONTINUE, DRIP, Receiver, receiving, speaking

pytestmark = pytest.mark.unit

DAY, NEXT, APRIL = date(2022, 4, 2), date(2022, 4, 3), date(2022, 4, 1)
RAW: Item = ("raw_content", DAY)
CUT = "20220402.json.gz: the compressed file is cut off. Land it again, whole."


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def notifier(webhook: Receiver, lake: Path, pauses: tuple[float, ...] = ()) -> Notifier:
    """A new one each time, as after a restart."""
    return Notifier(str(lake), Webhook(webhook.url, pauses), "http://ui:3000/")


def test_one_message_for_one_cause(webhook, tmp_path):
    failed = {RAW: CUT, ("raw_search", DAY): "another cause"}
    waits: dict[Item, Item] = {("clean_content", DAY): RAW, ("ledger_content", DAY): RAW}
    assert notifier(webhook, tmp_path).send(failure_notices(failed, waits, {RAW: "abc"})).sent == 2
    content, search = webhook.take()
    assert content == {
        "text": "Customer360 – Failed: raw_content 2022-04-02\n"
        "20220402.json.gz: the compressed file is cut off. Land it again, whole. "
        "Left as it was: clean_content, ledger_content 2022-04-02.\n"
        "Remove the cause; the next run makes these partitions, and what is made from them.\n"
        "http://ui:3000/runs/abc",
        "kind": "failed",
        "about": "raw_content 2022-04-02",
        "partitions": [{"table": "raw_content", "partition": "2022-04-02"}],
        "check": None,
        "cause": "20220402.json.gz: the compressed file is cut off. Land it again, whole. "
        "Left as it was: clean_content, ledger_content 2022-04-02.",
        "remedy": "Remove the cause; the next run makes these partitions, and what is made from them.",
        "run_id": "abc",
        "url": "http://ui:3000/runs/abc",
    }
    assert (search["about"], search["url"]) == ("raw_search 2022-04-02", None)


def test_failed_checks_warnings_overdue_and_waiting_days_say_so(webhook, tmp_path):
    notices = [
        *failure_notices({RAW: "check unparsed_alone failed"}),
        *warning_notices({RAW: {"known_fields": "new Region"}, ("raw_content", NEXT): {"known_fields": "new Zone"}}),
        *overdue_notices({"raw_content": [DAY, NEXT]}, {"log_content": Deadline(time(8))}),
        *held_notices({("watch_metrics", APRIL): "is being made", ("taste", APRIL): CUT}, {("taste", APRIL): RAW}),
        Notice("erased", "1 contracts", subject="receipt 12"),
    ]
    look = notifier(webhook, tmp_path)
    look.send([])
    look.send(notices)
    found = [(one["kind"], one["about"], one["check"], one["cause"]) for one in webhook.take()]
    assert found == [
        ("check_failed", "raw_content 2022-04-02", "unparsed_alone", "check unparsed_alone failed."),
        (
            "warning",
            "raw_content 2022-04-02..2022-04-03",
            "known_fields",
            "2022-04-02..2022-04-03: fields are new or missing; c360 status names them",
        ),
        (
            "overdue",
            "log_content 2022-04-02..2022-04-03",
            None,
            "It was due by 08:00 on the following day, UTC.",
        ),
        ("held", "watch_metrics 2022-04", None, "is being made"),
        ("erased", "receipt 12", None, "1 contracts"),
    ]


def test_names_that_landed_are_not_sent(webhook, tmp_path):
    warnings = {
        ("clean_content", DAY): {"known_apps": "unknown NGUYEN VAN AN; until app_categories.csv has them, …"},
        RAW: {"known_fields": "new nguyen_van_binh", "usual_count": "2 rows, usually 5"},
    }
    assert notifier(webhook, tmp_path).send(warning_notices(warnings)).sent == 3
    sent = [message["text"] for message in webhook.take()]
    assert not [text for text in sent if "nguyen" in text.lower()]
    assert sum("c360 status names them" in text for text in sent) == 2
    assert sum("2 rows, usually 5" in text for text in sent) == 1


def test_files_with_wrong_names_are_one_message_until_they_change(webhook, tmp_path):
    files = [f"log_content/{name}.json is not a day's name" for name in range(7)]
    for found, sent in ((files, 1), (files, 0), (files[1:], 1), ([], 0)):
        notices = not_read_notices(found)
        assert notifier(webhook, tmp_path).send(notices).sent == sent
        notifier(webhook, tmp_path).forget_all_but(notices, LASTING, lambda item: False)
    first, _ = webhook.take()
    assert (first["kind"], first["about"]) == ("not_read", "landing zone")
    assert first["cause"].endswith("log_content/4.json is not a day's name; 2 more")
    assert notifier(webhook, tmp_path).send(not_read_notices(files)).sent == 1, "what comes back is sent again"
    others = [*files[:-1], "log_content/other.json is not a day's name"]
    assert notifier(webhook, tmp_path).send(not_read_notices(others)).sent == 1, "also behind the names that are sent"


def test_nothing_is_sent_twice_and_only_what_is_new_of_a_cause(webhook, tmp_path):
    warnings = {RAW: {"known_fields": "new Region"}}
    assert notifier(webhook, tmp_path).send(warning_notices(warnings)).sent == 1
    assert notifier(webhook, tmp_path).send(warning_notices(warnings)).sent == 0
    more = {**warnings, ("raw_content", NEXT): {"known_fields": "new Region"}}
    assert notifier(webhook, tmp_path).send(warning_notices(more)).sent == 1
    assert [one["about"] for one in webhook.take()] == ["raw_content 2022-04-02", "raw_content 2022-04-03"]


def test_what_comes_back_is_sent_again(webhook, tmp_path):
    look = notifier(webhook, tmp_path)
    warned, failed = warning_notices({RAW: {"known_fields": "new Region"}}), failure_notices({RAW: CUT})
    for _ in range(2):
        assert look.send([*warned, *failed]).sent == 2
        look.forget_all_but([*warned, *failed], LASTING, lambda item: False)
        assert look.send([*warned, *failed]).sent == 0
        look.forget_all_but([], LASTING, lambda item: False)
        assert look.send(failed).sent == 0
        look.forget_all_but([], LASTING, lambda item: item == RAW)
    assert len(webhook.take()) == 4


def test_a_webhook_that_is_down_is_tried_again_and_loses_nothing(webhook, tmp_path):
    webhook.statuses = [500, 503, 200]
    pauses: list[float] = []
    Notifier(str(tmp_path), Webhook(webhook.url, (1.0, 4.0), pauses.append)).send(failure_notices({RAW: CUT}))
    assert (pauses, len(webhook.take())) == ([1.0, 4.0], 1)

    webhook.statuses = [500]
    two = failure_notices({("raw_search", DAY): CUT, ("raw_search", NEXT): "another cause"})
    sending = notifier(webhook, tmp_path).send(two)
    assert (sending.sent, len(sending.unsent), sending.problem) == (0, 2, "the webhook answered 500")
    assert webhook.requests == 4, "the second message need not be tried"
    assert notifier(webhook, tmp_path).send(two).sent == 2


def test_nobody_listens():
    with receiving() as gone:
        pass
    problem = Webhook(gone.url, ()).post({})
    assert problem is not None
    assert "secret" not in problem
    assert "secret" not in repr(Webhook(gone.url))


@pytest.mark.parametrize("parts", [DRIP, CONTINUE], ids=["a byte now and then", "100 Continue"])
def test_a_webhook_that_never_ends_its_answer_is_given_up(parts, monkeypatch):
    monkeypatch.setattr(webhook_module, "DEADLINE_SECONDS", 0.5)
    began = monotonic()
    with speaking(parts, pause=0.05) as url:
        problem = Webhook(url).post({})
    assert problem == "the webhook did not answer in time"
    assert monotonic() - began < 3


def test_the_deadline_is_for_all_attempts(webhook, monkeypatch):
    monkeypatch.setattr(webhook_module, "DEADLINE_SECONDS", 2.0)
    webhook.statuses = [500] * 3
    pauses: list[float] = []
    assert Webhook(webhook.url, (1.0, 4.0), pauses.append).post({}) == "the webhook answered 500"
    assert (pauses, webhook.requests) == ([1.0], 2)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_message_counts_as_not_sent(status, webhook):
    answer = f"HTTP/1.1 {status} Found\r\nLocation: {webhook.url}\r\nContent-Length: 0\r\n\r\n"
    with speaking([answer.encode()]) as url:
        assert Webhook(url, ()).post({}) == f"the webhook answered {status}"
    assert webhook.requests == 0


def test_erasures_from_before_the_first_look_are_history(webhook, tmp_path):
    old, new = (Notice("erased", "1 contracts", subject=f"receipt {number}") for number in (1, 2))
    assert notifier(webhook, tmp_path).send([old]).sent == 0
    assert notifier(webhook, tmp_path).send([old, new]).sent == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (CUT, CUT),
        ("check known_values failed", "check known_values failed"),
        ("part-00000-0c96e62fc55c.parquet: 2022-04-02", "part-…-….parquet: 2022-04-02"),
        ("can't cast 'phim hay' to int", "can't cast '…' to int"),
        ("Cast error: cannot cast string 'phim hay' to Int", "Cast error: cannot cast string '…' to Int"),
        ('bad "0912345678" of HNH579912, an@example.com', "bad '…' of …, …"),
        ("HNH579912", "…"),
        ("by 113.182.209.48, and fe80::1ff:fe23:4567:890a", "by …, and …"),
        ("0C:96:E6:2F:C5:5C", "…"),
        ("call 091 234 56 78", "call …"),
        ("call +84 (91) 234-56-78", "call …"),
        ("call 091.234.5678", "call …"),
        ("due by 08:00, 2022-04-01..2022-04-30", "due by 08:00, 2022-04-01..2022-04-30"),
        ("2022-04 of 12 345 678 rows", "2022-04 of 12 345 678 rows"),
    ],
)
def test_a_message_holds_no_value(text, shown):
    assert safe(text) == shown


def test_the_id_of_the_run_is_no_value():
    run_id = "6f0c1234-aaaa-4bbb-8ccc-123456789012"
    text = f"run {run_id} failed; see it in Dagster"
    assert Notice("failed", text, run_id=run_id).payload(None)["cause"] == text
    assert run_id not in safe(text)


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (LandingError("is cut off", "Land it again.", Where(file="20220401.json")), "20220401.json: is cut off."),
        (RuntimeError("cannot cast phim hay to Int"), "RuntimeError, an unexpected error"),
    ],
)
def test_the_text_of_an_error_that_is_not_ours_is_not_sent(error, sent):
    assert public_reason_of(error).startswith(sent)
    assert "phim hay" not in public_reason_of(error)


def test_slack_finds_no_mention_in_a_name():
    notice = Notice("failed", "<!channel> & co", subject="c360 run")
    assert "&lt;!channel&gt; &amp; co" in notice.payload(None)["text"]
    assert notice.payload(None)["cause"] == "<!channel> & co"


@pytest.mark.parametrize(
    "text", ["ftp://host", "hooks.example.com", "https://", "https://host:port/secret", "http://h/a b"]
)
def test_a_wrong_address_is_refused_without_showing_it(monkeypatch, text):
    monkeypatch.setenv("C360_WEBHOOK", text)
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment()
    assert text not in str(refused.value).replace("https:// or", "")


def test_the_address_is_not_shown_with_the_settings(monkeypatch):
    monkeypatch.setenv("C360_WEBHOOK", "https://hooks.example.com/secret")
    settings = Settings.from_environment()
    assert settings.webhook == "https://hooks.example.com/secret"
    assert "secret" not in repr(settings)
