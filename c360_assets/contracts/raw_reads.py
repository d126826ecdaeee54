"""When raw days were read from what landed: by that, a raw table is known that is older than what was made from it."""

from collections.abc import Iterable

from c360_assets.contracts.watched_inputs import RecordedInput
from resources.errors import InputNotReady
from resources.lake.provenance import Provenance, ProvenanceStore

EARLIER = "it holds an earlier delivery than the one that other tables were made from"


def raw_read_at(inputs: Iterable[RecordedInput]) -> dict[str, str]:
    """When each raw day among the inputs of a partition was read, by its table; as the partition's provenance keeps it."""
    return {table.name: one.read_at for table, day, one in inputs if table.lands and day and one.read_at}


def require_latest(inputs: Iterable[RecordedInput], before: Provenance | None, provenances: ProvenanceStore) -> None:
    """Raises InputNotReady where a raw day was read earlier than the one that the partition was last made from.

    `before` is the partition's provenance so far. A day is looked up again: another run may have made both meanwhile.
    """
    last = before.raw_read_at if before else {}
    for table, day, one in inputs:
        at = last.get(table.name, "")
        if one.read_at < at and (now := provenances.get(table.name, day)) and now.read_at < at:
            raise InputNotReady(
                f"{table.name} {day} was changed outside Customer360 ({EARLIER})",
                "Land it again, or accept it by `c360 restore` of the newest version",
            )
