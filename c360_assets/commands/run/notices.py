"""Sends the messages of a run to the webhook, if one is set. A failure here does not change how the run ended."""

from collections.abc import Mapping
from datetime import date

from c360_assets.execution.runner import Outcome
from c360_assets.notifications.causes import (
    erasure_notices,
    failure_notices,
    held_notices,
    not_read_notices,
    overdue_notices,
    warning_notices,
)
from c360_assets.notifications.notice import Notice
from c360_assets.notifications.notifier import LASTING, Notifier, Sending
from c360_assets.notifications.webhook import Webhook
from c360_assets.planning.plan import DayRange
from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.reference.deadlines import Deadline
from resources.engine.failures import public_reason_of
from resources.errors import C360Error
from resources.lake.provenance import Item
from resources.settings import Settings


def send_notices(
    settings: Settings,
    days: DayRange,
    outcome: Outcome,
    run_of: Mapping[Item, str],
    overdue: Mapping[str, list[date]],
    deadlines: Mapping[str, Deadline],
) -> str | None:
    """Sends what a run found and has not been sent yet. Returns what went wrong, if anything did."""
    if not settings.webhook:
        return None
    try:
        notices = [
            *failure_notices(outcome.failed, outcome.waits_for, run_of),
            *(Notice("failed", problem, subject="c360 run") for problem in outcome.problems),
            *held_notices(outcome.blocked, outcome.waits_for),
            *overdue_notices(overdue, deadlines),
            *not_read_notices(outcome.unrecognized_files),
            *warning_notices({**outcome.earlier_warnings, **outcome.warnings}),
            *erasure_notices(ReceiptStore(settings.lake).finished()),
        ]
        notifier = Notifier(settings.lake, Webhook(settings.webhook), settings.ui)
        sending = notifier.send(notices)
        kinds = LASTING if days == DayRange() else LASTING - {"held"}
        not_forgotten = notifier.forget_all_but(notices, kinds, lambda item: item is None or item in outcome.made)
        sending.problem = sending.problem or not_forgotten
    except Exception as error:
        return f"The messages could not be sent ({type(error).__name__}); the run is not affected."
    return _problem(sending)


def send_failure(settings: Settings, error: C360Error) -> str | None:
    """Sends a message that a run could not begin, or broke off."""
    if not settings.webhook:
        return None
    try:
        notice = Notice("failed", public_reason_of(error), subject="c360 run")
        return _problem(Notifier(settings.lake, Webhook(settings.webhook), settings.ui).send([notice]))
    except Exception as other:
        return f"The message could not be sent ({type(other).__name__})."


def _problem(sending: Sending) -> str | None:
    if sending.problem is None:
        return None
    count = len(sending.unsent)
    if not count:
        return f"{sending.problem}: messages may be sent twice."
    return f"{count:,} {'message' if count == 1 else 'messages'} not sent: {sending.problem}. The next run sends them."
