"""What OpenLineage's specification requires of each event and facet, in our own words: names, times, ids, schema."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

KINDS = {"START", "COMPLETE", "FAIL", "ABORT"}
SCHEMA = re.compile(r"https://openlineage\.io/spec/(facets/)?\d+-\d+-\d+/\w+\.json#/(\$defs|definitions)/\w+")
NEEDED = {
    "columnLineage": ("fields",),
    "errorMessage": ("message", "programmingLanguage"),
    "jobType": ("processingType", "integration"),
    "nominalTime": ("nominalStartTime",),
    "parent": ("run", "job"),
    "version": ("datasetVersion",),
}
"""The required fields of a facet, by its name."""


def problems(event: dict[str, Any]) -> list[str]:
    """What is wrong with an event, and with each of its facets."""
    return [*_of_event(event), *(found for name, facet in _facets(event) for found in _of_facet(name, facet))]


def _of_event(event: dict[str, Any]) -> Iterator[str]:
    if event["eventType"] not in KINDS:
        yield "eventType"
    if datetime.fromisoformat(event["eventTime"]).tzinfo is None:
        yield "eventTime has no zone"
    try:
        UUID(event["run"]["runId"])
    except ValueError:
        yield "runId is not a UUID"
    if not event["producer"] or not SCHEMA.fullmatch(event["schemaURL"]):
        yield "producer or schemaURL"
    for named in (event["job"], *event["inputs"], *event["outputs"]):
        if not (named["namespace"] and named["name"]):
            yield "a job or dataset without a name"


def _of_facet(name: str, facet: dict[str, Any]) -> Iterator[str]:
    if not facet.get("_producer") or not SCHEMA.fullmatch(facet.get("_schemaURL", "")):
        yield f"{name}: producer or schema"
    yield from (f"{name}: {needed} is missing" for needed in NEEDED.get(name, ()) if needed not in facet)


def _facets(event: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in (event["run"], event["job"], *event["inputs"], *event["outputs"]):
        for kind in ("facets", "inputFacets", "outputFacets"):
            yield from part.get(kind, {}).items()
