"""A webhook on this machine: takes what is posted, or answers that it can't."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any


@dataclass
class Receiver:
    """What was posted, in order. `statuses` are the answers to the next requests; then 200.

    `authorizations` are the headers of that name, in order.
    """

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    requests: int = 0
    authorizations: list[str | None] = field(default_factory=list)

    def take(self) -> list[dict[str, Any]]:
        """The messages since this was last asked."""
        taken, self.messages = self.messages, []
        return taken


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A webhook on 127.0.0.1."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.requests += 1
            receiver.authorizations.append(self.headers["Authorization"])
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            if status == 200:
                receiver.messages.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def speaking(parts: Iterable[bytes], pause: float = 0.0) -> Iterator[str]:
    """The address of a server on 127.0.0.1 that answers each request with these bytes, with a pause before each part.

    It hangs up after them, and at the end of the test: who waits for it then gets an error.
    """
    over = threading.Event()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.connection.recv(1 << 16)
            with suppress(OSError):  # the other side has hung up
                for part in parts:
                    if over.wait(pause):
                        return
                    self.connection.sendall(part)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/secret"
        finally:
            over.set()
            server.shutdown()
            thread.join()


DRIP: tuple[bytes, ...] = (b"HTTP/1.1 200 OK\r\nX-Drip: ", *[b"."] * 80)
"""An answer whose header takes its time; with a pause of 0.05 s, four seconds. It never ends."""
CONTINUE: tuple[bytes, ...] = (b"HTTP/1.1 100 Continue\r\n\r\n",) * 80
"""An answer that never comes to its status."""
BODY: tuple[bytes, ...] = (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", *[b"."] * 80)
"""An answer whose body takes its time."""
