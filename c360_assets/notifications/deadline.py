"""Calls something that may never return, such as a request to a server, and gives up on it after a while."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What a call returns or raises. Raises TimeoutError if it takes longer.

    A timeout of a socket is one for each read, and a server that sends a byte now and then never reaches it. Nothing
    can end the thread that is given up on: it goes on until the call returns or the process ends, which does not wait.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # whatever it is, the caller gets it
            done.set_exception(error)

    Thread(target=run, name="within a deadline", daemon=True).start()
    return done.result(seconds)
