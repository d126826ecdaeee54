"""`python -m tests.fuzzing --minutes 60 [--seed N]`: reads changed inputs until the time is over, and lists the findings."""

import argparse
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzzing.targets import TARGETS, Finding, one


def main() -> int:
    """Status 1 with findings."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--minutes", type=float, default=1)
    words.add_argument("--seed", type=int, default=1_000_000)
    words.add_argument("--trace", action="store_true", help="show where the cause of each finding is")
    asked = words.parse_args()
    corpora = {name: files() for name, (_, files, _) in TARGETS.items()}
    counts: Counter[str] = Counter()
    findings: dict[str, str] = {}
    ends, seed = time.monotonic() + 60 * asked.minutes, asked.seed
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < ends:
            try:
                target, _, _, accepted = one(seed, Path(folder), corpora)
                counts[f"{target} {'read' if accepted else 'refused'}"] += 1
            except Finding as found:
                cause = found.__cause__.__cause__ if found.__cause__ else None
                place = traceback.extract_tb(cause.__traceback__)[-1] if cause else None
                key = f"{place.filename}:{place.lineno}" if place else str(found).partition(": ")[2]
                if key not in findings:
                    findings[key] = str(found)
                    print(f"{found} ({key})", flush=True)
                    if asked.trace and cause:
                        traceback.print_exception(cause)
            seed += 1
    print(f"{seed - asked.seed:,} inputs, {len(findings)} findings: {dict(sorted(counts.items()))}")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
