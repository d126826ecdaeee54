"""The transforms of links alone."""

import pytest

from c360_assets.cleaning import identity_map, quarantine_identity
from tests.transforms import expected
from tests.transforms.frames import frame_with, wrong_in

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

COLUMNS = {"contract": "s?", "user_id": "s?", "source": "s?", "unparsed": "s?", "erased": "b?"}


def _landed(session):
    """The links as the landing reader gives them."""
    rows = [
        {**link, "unparsed": "a ragged row" if link["reason"] else None, "erased": None} for link in expected.links()
    ]
    return frame_with(session, COLUMNS, [{name: row[name] for name in COLUMNS} for row in rows])


def test_identity_map(session, lake, reference) -> None:
    assert wrong_in("identity_map", identity_map.identity_map(_landed(session), reference), lake["identity_map"]) == []


def test_quarantine_identity(session, lake, reference) -> None:
    found = quarantine_identity.quarantine_identity(_landed(session), reference)
    assert wrong_in("quarantine_identity", found, lake["quarantine_identity"]) == []
