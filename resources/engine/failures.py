"""The boundary between the engine's errors and ours: the only place that looks into an error's text.

Sail and Spark run Python of ours in workers, and give its errors back as text within their own. So an error of ours
that crosses the engine carries itself in its text (`crossing`), and is made whole again on this side (`failure_of`).
Such a text also quotes what landed, names of files first of all, and anybody can name a file like an error of ours. So
only what is signed with this process's key counts; the key travels with the read (`resources/landing/source.py`).
What delta-rs and Sail raise themselves is text too, without a class or code to tell one failure from another: the
few that users can act on are known by their words.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from resources.errors import C360Error, CommitConflict, DiskFull, EngineError, LakeNotWritable, UnexpectedError, Where

# Base64, since each engine puts the text into another one, and quotes and line ends do not come through that as they
# were. A stack may show lines of source too, so what looks like a payload need not be one.
_PAYLOAD = re.compile(r"\[c360-error ([A-Za-z0-9_=-]+)\.([0-9a-f]{64})\]")
ERROR_KEY = secrets.token_hex(32)
"""Signs the errors that cross the engine on their way to this process. Nobody who lands a file can know it."""

_CONFLICT_SIGNS = (
    "Failed to commit transaction",
    "DELTA_CONCURRENT",
    "ConcurrentAppend",
    "ConcurrentModification",
    "Missing commit file",  # Sail (0.7), where others commit while it reads the log
)
_FEATURE_SIGN = "Table features must be specified"
"""Sail (0.7) and delta-rs, for a table in which others switched on what they can't write, such as Change Data Feed."""
_DISK_FULL_SIGNS = ("No space left on device", "DiskFull")
_NOT_WRITABLE_SIGNS = (
    # words in the error, and what they say of the lake
    (("Read-only file system",), "is on a disk that can't be written (Read-only file system)"),
    (("LocalFileSystem", "Permission denied"), "is not yours to use (Permission denied)"),
    (("PermissionError", "Permission denied"), "is not yours to use (Permission denied)"),
    (("AccessDenied",), "is not yours to use (AccessDenied)"),
    (("Could not create local directory",), "can't be written: a folder can't be made in it"),
)
"""Each error names the table's folder or file, so that one cause would be reported in as many words as there are tables."""
_BECAUSE = "↳"
"""Comes before each deeper cause in errors of the object stores that hold Delta tables."""
_TRACEBACK = "Traceback (most recent call last):"


class _Crossing(Exception):
    """An error of ours on its way through the engine."""


def crossing(error: C360Error, key: str) -> Exception:
    """What to raise in the engine's workers for an error of ours: what happened, for people, and itself for `failure_of`.

    `key` is the ERROR_KEY of the process that asked. The place is only in the payload: an engine may cut its text off,
    and then nothing in it may be a name of what landed.
    """
    fields = {"kind": type(error).__name__, "what": error.what, "remedy": error.remedy, "where": asdict(error.where)}
    payload = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
    return _Crossing(f"{error.what} [c360-error {payload}.{_signature(payload, key)}]")


def _signature(payload: str, key: str) -> str:
    return hmac.new(key.encode(), payload.encode(), hashlib.sha256).hexdigest()


def failure_of(error: BaseException) -> C360Error:
    """The error as one of ours, whether it crossed the engine, is a known one of its own, or is any other."""
    if isinstance(error, C360Error):
        return error
    text = _text_of(error)
    if crossed := _crossed(text):
        return crossed
    signs = _without_name(error, text)
    if _is_disk_full(signs):
        return DiskFull(
            "no space is left on the disk",
            "Free some where the lake is (C360_LAKE), and run again: what was made stays.",
        )
    if not_writable := _not_writable(f"{type(error).__name__}: {signs}"):
        return not_writable
    if _FEATURE_SIGN in signs:
        return EngineError(
            "the engine can't write a feature of Delta that others switched on in the table",
            "Set the table's property back, such as delta.enableChangeDataFeed to false, and run again.",
        )
    if is_conflict(error):
        return CommitConflict(
            "other writers changed the table at the same time, again and again", "Let them end, and run again."
        )
    return UnexpectedError(_telling_line(error, text))


@contextmanager
def full_disks_named() -> Iterator[None]:
    """Raises DiskFull or LakeNotWritable where the lake's disk is full or can't be written, whichever library says so."""
    try:
        yield
    except Exception as error:
        cause = failure_of(error)
        if isinstance(cause, DiskFull | LakeNotWritable):
            raise cause from error
        raise


def _text_of(error: BaseException) -> str:
    """An error's text; none where the error can't give it."""
    try:
        return str(error)
    except Exception:
        return ""


def _without_name(error: BaseException, text: str) -> str:
    """An error's text without the name of a file, as far as Python keeps that apart."""
    return error.strerror if isinstance(error, OSError) and error.filename and error.strerror else text


def _not_writable(text: str) -> LakeNotWritable | None:
    """The same error for all that can't be written for the same reason, whichever table or file it is."""
    for words, what in _NOT_WRITABLE_SIGNS:
        if all(word in text for word in words):
            return LakeNotWritable(
                f"the lake {what}", "Make it writable for you (C360_LAKE), and run again: what was made stays."
            )
    return None


def _crossed(text: str) -> C360Error | None:
    """The error of ours that an engine's text carries, if it carries one to this process."""
    for payload, signature in _PAYLOAD.findall(text):
        if hmac.compare_digest(signature, _signature(payload, ERROR_KEY)):
            with suppress(ValueError, KeyError, TypeError):
                return _decoded(payload)
    return None


def _decoded(payload: str) -> C360Error:
    """The error in a payload. Raises ValueError, KeyError or TypeError where it holds none."""
    fields = json.loads(base64.urlsafe_b64decode(payload))
    kinds = {kind.__name__: kind for kind in C360Error.__subclasses__()}
    what, remedy, where = fields["what"], fields["remedy"], fields["where"]
    numbers, texts = [where["line"]], [where[name] for name in ("file", "table", "partition", "column")]
    if not _are(str, [what, remedy]) or not _are(int | None, numbers) or not _are(str | None, texts):
        raise TypeError("an error is made of texts, and its line is a number")
    return kinds[fields["kind"]](what, remedy, Where(**where))


def _are(kind: Any, values: list[Any]) -> bool:
    return all(isinstance(value, kind) and not isinstance(value, bool) for value in values)


def reason_of(error: BaseException) -> str:
    """What happened and what to do, in one line, without the engine's page of stack.

    It never raises, since it is asked where another error is being handled, of one partition among many.
    """
    try:
        return (str(failure_of(error)).splitlines() or [""])[0]
    except Exception:
        return f"{type(error).__name__}, an error without words"


def public_reason_of(error: BaseException) -> str:
    """The same where it is kept in the lake or sent: without the text of errors that are not ours, which may quote rows."""
    try:
        is_ours = not isinstance(failure_of(error), UnexpectedError)
    except Exception:
        is_ours = False
    return reason_of(error) if is_ours else public_reason(type(error).__name__)


def public_reason(error_class: str) -> str:
    """What to keep or send of an error that is not ours."""
    return f"{error_class}, an unexpected error; the log of the run in Dagster says more"


def is_conflict(error: BaseException) -> bool:
    """Whether another writer was in the way, so that doing it again may help.

    A commit that fails because the disk is full is not one, though the engine words it like one. An error of ours is
    none either, whatever names it holds.
    """
    text = _without_name(error, _text_of(error))
    if isinstance(error, C360Error) or _crossed(text):
        return False
    return any(sign in text for sign in _CONFLICT_SIGNS) and not _is_disk_full(text)


def _is_disk_full(text: str) -> bool:
    return any(sign in text for sign in _DISK_FULL_SIGNS)


def place_in_code(error: BaseException) -> str:
    """An error's class and the line that raised it. Not its text, which may quote what landed."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _telling_line(error: BaseException, text: str) -> str:
    """The line of an unexpected error that says most."""
    if _TRACEBACK in text:  # of a Python function inside the engine: the error's own line is not indented
        lines = text.split(_TRACEBACK, 1)[1].splitlines()
        last = next((line.strip() for line in reversed(lines) if line[:1].strip()), None)
        if last:
            return last
    return f"{type(error).__name__}: {_cause_line(text)}"


def _cause_line(text: str) -> str:
    """The deepest cause where the text names some, otherwise its first line."""
    lines = text.strip().splitlines() or [""]
    deepest = next((line for line in reversed(lines) if _BECAUSE in line), None)
    return lines[0] if deepest is None else deepest.split(_BECAUSE)[-1].removeprefix("\x1b[0m").strip()
