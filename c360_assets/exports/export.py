"""Exports an audience: its members, who entered and who left, and a manifest, in one folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from c360_assets.exports.folder import whole_folder
from c360_assets.exports.forms import WRITERS
from c360_assets.exports.members import Membership, MembershipReader
from c360_assets.exports.request import FORMS, Request
from resources.local_files import sha256_of

MANIFEST = "manifest.json"
SCHEMA = 1
"""The schema number of a manifest."""
PARTS = ("members", "entered", "left")
_OURS = frozenset({MANIFEST, *(f"{part}.{form}" for part in PARTS for form in FORMS)})


@dataclass(frozen=True)
class Exported:
    """What was exported, and where."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        """Members before, who entered, who left, members."""
        counts: dict[str, int] = self.manifest["counts"]
        return counts

    def lines(self) -> list[str]:
        """What was exported, for people."""
        counts, before = self.counts, self.manifest["compared_with"]
        changed = (
            f"{counts['previous']:,} in {before}, {counts['entered']:,} entered, {counts['left']:,} left"
            if before
            else "No month before to compare with: all count as entered"
        )
        return [
            f"{self.manifest['audience']} in {self.manifest['month']}: {counts['members']:,} members",
            changed,
            str(self.folder),
        ]


def export_audience(request: Request, reader: MembershipReader, out: Path) -> Exported:
    """Writes the export of an audience and a month to a folder of its own below `out`, whole or not at all.

    Raises ExportRefused where the lake is not fit for it or the folder can't be written; nothing is written then.
    """
    membership = reader.read(request)
    name = f"{request.audience.name}-{request.month:%Y-%m}"
    with whole_folder(out, name, _OURS) as folder:
        for part, rows in membership.parts.items():
            WRITERS[request.form](rows, folder / f"{part}.{request.form}")
        manifest = _manifest(request, membership, folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    return Exported(out / name, manifest)


def _manifest(request: Request, membership: Membership, folder: Path) -> dict[str, Any]:
    """What the files are: rule, versions, counts, checksums. Equal exports have equal manifests: no time is in it."""
    before = membership.compared_with
    return {
        "schema": SCHEMA,
        "audience": request.audience.name,
        "description": request.audience.description,
        "rule": request.audience.where,
        "month": f"{request.month:%Y-%m}",
        "compared_with": f"{before:%Y-%m}" if before else None,
        "format": request.form,
        "columns": list(request.columns),
        "counts": {
            "previous": membership.previous,
            "entered": len(membership.entered),
            "left": len(membership.left),
            "members": len(membership.members),
        },
        "made_from": [
            {
                "table": table,
                "month": f"{month:%Y-%m}",
                "data_version": made.data_version,
                "delta_version": made.commit,
            }
            for (table, month), made in membership.sources.items()
        ],
        "files": {
            path.name: {"rows": len(rows), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for part, rows in membership.parts.items()
            for path in [folder / f"{part}.{request.form}"]
        },
    }
