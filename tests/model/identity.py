"""Which account made which searches."""

from pathlib import Path
from typing import Any

from .clean_content import contract_of
from .clean_search import user_of
from .delivery import Reader
from .landed import parts
from .options import Options
from .raw import IDENTITY
from .text import as_null

Row = dict[str, Any]

COLUMNS = ("contract", "user_id", "source")


def landed_links(folder: Path, options: Options) -> list[Row]:
    """Every link of every file, as landed; a ragged row has a reason and nothing else. May be refused as a whole."""
    files = list(parts(folder)) if folder.is_dir() else []
    links = []
    for row in Reader(IDENTITY, options).delivery(folder, files, one_form=False):
        # choice: the table has no column for the text of a ragged row.
        reason = None if row["unparsed"] is None else "unparseable"
        links.append({"reason": reason, **{name: row[name] for name in COLUMNS}})
    return links


def _refusal(link: Row, contracts: dict[str, set[str]]) -> str | None:
    if link["reason"]:
        return link["reason"]
    if contract_of(link["contract"]) is None:
        return "malformed_contract"
    if user_of(link["user_id"]) is None:
        return "missing_user"
    return "user_of_many_contracts" if len(contracts[user_of(link["user_id"])]) > 1 else None


def identity(folder: Path, options: Options) -> tuple[list[Row], list[Row]]:
    """The rows of identity_map and of quarantine_identity."""
    links = landed_links(folder, options)
    contracts: dict[str, set[str]] = {}
    for link in links:
        contract = contract_of(link["contract"])
        if contract and user_of(link["user_id"]) is not None:
            contracts.setdefault(user_of(link["user_id"]), set()).add(contract)
    refused = [{**link, "reason": _refusal(link, contracts)} for link in links if _refusal(link, contracts)]
    sources: dict[tuple[str, str], list[str]] = {}
    for link in links:
        if _refusal(link, contracts) is None:
            known = sources.setdefault((contract_of(link["contract"]), user_of(link["user_id"])), [])
            known += [] if as_null(link["source"]) is None else [link["source"]]
    accepted = [
        {"contract": contract, "user_id": user, "source": min(known, default=None)}
        for (contract, user), known in sources.items()
    ]
    return accepted, refused
