"""Posts JSON to a webhook, and tries again after a pause if it does not answer."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from c360_assets.notifications.deadline import within

TIMEOUT_SECONDS = 10.0
"""How long a webhook may be silent."""
DEADLINE_SECONDS = 15.0
"""How long a message may take, however often it is tried, and whatever the webhook sends meanwhile."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the error that it is: urllib would fetch the other address, and drop the message."""

    def redirect_request(self, *_: Any) -> None:
        """Nothing is requested instead."""


@dataclass(frozen=True)
class Webhook:
    """A webhook's address, which is a secret and is never shown, and the pauses before it is tried again."""

    url: str = field(repr=False)
    pauses: tuple[float, ...] = (1.0, 4.0)
    sleep: Callable[[float], None] = field(default=lambda seconds: time.sleep(seconds), repr=False)

    def post(self, payload: Mapping[str, Any]) -> str | None:
        """Sends a message; None if it was accepted, otherwise what went wrong, without the address."""
        data = json.dumps(payload, ensure_ascii=False).encode(errors="replace")  # names of files need not be UTF-8
        until = time.monotonic() + DEADLINE_SECONDS
        problem = None
        for pause in (*self.pauses, None):
            problem = self._once(data, until - time.monotonic())
            if problem is None or pause is None or time.monotonic() + pause >= until:
                break
            self.sleep(pause)
        return problem

    def _once(self, data: bytes, seconds: float) -> str | None:
        try:
            within(seconds, lambda: self._request(data))
        except urllib.error.HTTPError as error:
            return f"the webhook answered {error.code}"
        except TimeoutError:
            return "the webhook did not answer in time"
        except (OSError, HTTPException, ValueError) as error:
            return f"the webhook can't be reached ({type(error).__name__})"
        return None

    def _request(self, data: bytes) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "customer360"}
        request = urllib.request.Request(self.url, data, headers, method="POST")
        try:
            with urllib.request.build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS):
                pass  # what it says beside its status is not read
        except urllib.error.HTTPError as error:
            error.close()
            raise
