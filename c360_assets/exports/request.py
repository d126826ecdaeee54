"""What is to be exported, checked against the audiences, months and columns that there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from c360_assets.profile import customer360
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.audiences import Audience
from c360_assets.reference.model import Reference
from resources.errors import ExportNotUnderstood, ExportRefused

Form = Literal["csv", "parquet", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
KEY = "customer_id"
DEFAULT_COLUMNS = (KEY, "contract", "user_id")
COLUMN_NAMES = tuple(column.name for column in customer360.TABLE.all_columns)


@dataclass(frozen=True)
class Request:
    """An audience and a month, and the form of the files. `columns` are columns of customer360, the key first."""

    audience: Audience
    month: date
    form: Form
    columns: tuple[str, ...]


def request_of(
    reference: Reference, months: Collection[date], audience: str, month: date | None, form: str, columns: Sequence[str]
) -> Request:
    """The request that these words make. `months` are those with customers; without a month, the newest of them.

    Raises ExportNotUnderstood for words that mean nothing, BadReference for an audience whose condition can't be used.
    """
    check_audiences(reference)
    found, chosen, names = _audience(reference, audience), _form(form), _columns(columns)
    return Request(found, _month(months, month), chosen, names)


def _audience(reference: Reference, name: str) -> Audience:
    found = {audience.name: audience for audience in reference.audiences}
    if name not in found:
        raise ExportNotUnderstood(f"There is no audience {name!r}", f"Use one of {', '.join(found) or 'none'}.")
    return found[name]


def _month(months: Collection[date], month: date | None) -> date:
    if not months:
        raise ExportRefused("The lake holds no customers yet", "Run `c360 run` first.")
    if month is not None and month not in months:
        first, last = min(months), max(months)
        raise ExportNotUnderstood(
            f"The lake holds no customers of {month:%Y-%m}", f"It has them from {first:%Y-%m} to {last:%Y-%m}."
        )
    return month or max(months)


def _form(name: str) -> Form:
    for form in FORMS:
        if form == name:
            return form
    raise ExportNotUnderstood(f"There is no format {name!r}", f"Use one of {', '.join(FORMS)}.")


def _columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of the files: those named, each once and after the key; without any, the ids."""
    unknown = [name for name in names if name not in COLUMN_NAMES]
    if unknown:
        raise ExportNotUnderstood(
            f"customer360 has no column {', '.join(map(repr, unknown))}", f"It has {', '.join(COLUMN_NAMES)}."
        )
    return tuple(dict.fromkeys((KEY, *names))) if names else DEFAULT_COLUMNS
