"""Posts JSON to a webhook, and tries again after a pause if it does not answer."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Webhook:
    """A webhook's address, which is a secret and is never shown, and the pauses before it is tried again."""

    url: str = field(repr=False)
    pauses: tuple[float, ...] = (1.0, 4.0)
    sleep: Callable[[float], None] = field(default=lambda seconds: time.sleep(seconds), repr=False)

    def post(self, payload: Mapping[str, Any]) -> str | None:
        """Sends a message; None if it was accepted, otherwise what went wrong, without the address."""
        data = json.dumps(payload, ensure_ascii=False).encode()
        problem = None
        for pause in (*self.pauses, None):
            problem = self._once(data)
            if problem is None or pause is None:
                break
            self.sleep(pause)
        return problem

    def _once(self, data: bytes) -> str | None:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "customer360"}
        request = urllib.request.Request(self.url, data, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return None
        except urllib.error.HTTPError as error:
            error.close()
            return f"the webhook answered {error.code}"
        except (OSError, HTTPException, ValueError) as error:
            return f"the webhook can't be reached ({type(error).__name__})"
