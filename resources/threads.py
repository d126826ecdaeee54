"""Calls that mostly wait, for an object store or a disk, made side by side."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def side_by_side(function: Callable[[Given], Result], items: Iterable[Given], threads: int) -> list[Result]:
    """The function's results, in the order of the items. Raises what a call raised; no further call is begun then.

    Ctrl-C ends it as soon as the calls that are under way have ended. A pool with futures may never end then: futures are
    Python code, and Ctrl-C in the middle of it can leave one of their locks taken. Each operation of these queues is a
    single step.
    """
    given = list(items)
    waiting: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, Result] | Exception] = SimpleQueue()
    for place in range(len(given)):
        waiting.put(place)

    def work() -> None:
        with suppress(Empty):
            while True:
                place = waiting.get_nowait()
                try:
                    done.put((place, function(given[place])))
                except Exception as error:
                    done.put(error)

    workers = [Thread(target=work) for _ in range(min(threads, len(given)))]
    results: dict[int, Result] = {}
    try:
        for worker in workers:
            worker.start()
        while len(results) < len(given):
            found = next_of(done)
            if isinstance(found, Exception):
                raise found
            results[found[0]] = found[1]
    finally:
        _end(workers, waiting)
    return [results[place] for place in range(len(given))]


def _end(workers: Iterable[Thread], waiting: SimpleQueue[int]) -> None:
    """Waits for the calls that are under way, and drops what is waiting."""
    with suppress(Empty):
        while True:
            waiting.get_nowait()
    for worker in workers:
        while worker.is_alive():
            worker.join(0.1)


def next_of(queue: "SimpleQueue[Result]") -> Result:
    """What another thread puts into a queue next. Ctrl-C ends the wait."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=0.5)  # a signal that another thread got is seen between two waits
