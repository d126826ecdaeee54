"""Sends what has not been sent yet, and forgets notices whose cause is gone."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from c360_assets.notifications.notice import Kind, Notice
from c360_assets.notifications.sent import SentNotices
from c360_assets.notifications.webhook import Webhook
from resources.lake.provenance import Item

LASTING: frozenset[Kind] = frozenset(("not_planned", "warning", "overdue", "held", "not_read"))
"""The kinds of which a check finds every case: what it does not find is over."""


@dataclass
class Sending:
    """How many messages were sent, and why not all of them, if so."""

    sent: int = 0
    problem: str | None = None
    unsent: list[Notice] = field(default_factory=list)


class Notifier:
    """Sends notices of a lake to a webhook. `ui` is the address of Dagster's UI, for links."""

    def __init__(self, lake: str, webhook: Webhook, ui: str | None = None) -> None:
        self._sent, self._webhook, self._ui = SentNotices(lake), webhook, ui

    def send(self, notices: Iterable[Notice]) -> Sending:
        """Sends each notice with the partitions for which it has not been sent yet.

        Stops at the first that is not accepted, or of which it can't be recorded that it was sent; the rest follows next
        time. Where nothing was ever checked before, erasures are taken as sent: they are history.
        """
        done, known, is_first = Sending(), self._sent.read(), self._sent.is_new
        for notice in notices:
            new = _unsent(notice, known)
            if new is None:
                continue
            if not (is_first and notice.kind == "erased"):
                done.problem = done.problem or self._webhook.post(new.payload(self._ui))
                if done.problem:
                    done.unsent.append(new)
                    continue
                done.sent += 1
            not_recorded = self._sent.add(new)
            done.problem = done.problem or not_recorded
        if is_first:
            not_recorded = self._sent.forget(())
            done.problem = done.problem or not_recorded
        return done

    def forget_all_but(
        self, current: Iterable[Notice], kinds: Collection[Kind], is_over: Callable[[Item | None], bool]
    ) -> str | None:
        """Forgets what is over: of these kinds all that is not current, and failures that have been made since.

        Returns what went wrong, if anything did.
        """
        keys = {key for notice in current for key in notice.by_key()}
        gone = [
            key
            for key, one in self._sent.read().items()
            if key not in keys and (one.kind in kinds or (one.kind in ("failed", "check_failed") and is_over(one.item)))
        ]
        return self._sent.forget(gone)


def _unsent(notice: Notice, known: Collection[str]) -> Notice | None:
    """The notice for those of its items for which it has not been sent; None if there are none."""
    new = tuple(item for key, item in notice.by_key().items() if key not in known and item)
    if not notice.items:
        return notice if notice.key(None) not in known else None
    return (
        replace(notice, items=new, details={item: notice.details[item] for item in new if item in notice.details})
        if new
        else None
    )
