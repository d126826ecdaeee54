"""Tells what became of the mutants of the last run: the score, and each survivor with its change.

Run in the folder that mutmut ran in. Ends with 1 where fewer than GOAL of the mutants that change something were killed.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

GOAL = 0.96
KILLED = ("killed", "timeout", "segfault")
EQUIVALENT = Path("tools/mutation/equivalent.toml")


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: the lines it takes out and puts in."""

    name: str
    taken: str
    put: str

    @property
    def function(self) -> str:
        """Its function, such as `behaviour.taste.describe`."""
        return self.name.partition("__mutmut")[0].removeprefix("c360_assets.").replace(".x_", ".")


def mutants() -> Iterator[tuple[Path, str, str]]:
    """Every mutant: file, name, what became of it."""
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            yield path, name, status_by_exit_code[code]


def survivor(path: Path, name: str) -> Survivor:
    """A mutant with its change."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    taken, put = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign) and not line.startswith(sign * 3))
        for sign in "-+"
    )
    return Survivor(name, taken, put)


def why_equivalent(mutant: Survivor) -> str | None:
    """Why a survivor can't be noticed, where that is known."""
    for entry in tomllib.loads(EQUIVALENT.read_text())["equivalent"]:
        if entry["function"] in ("*", mutant.function) and entry["put"] in mutant.put:
            return str(entry["why"])
    return None


def main() -> int:
    """Prints the report; the exit status."""
    found = list(mutants())
    counts = Counter(status for *_, status in found)
    survivors = [survivor(path, name) for path, name, status in found if status not in KILLED]
    equivalent = [mutant for mutant in survivors if why_equivalent(mutant)]
    for mutant in survivors:
        print(f"{mutant.name}\n  - {mutant.taken}\n  + {mutant.put}\n  {why_equivalent(mutant) or 'NOT KILLED'}")
    killed = sum(counts[status] for status in KILLED)
    score = killed / (len(found) - len(equivalent))
    print(
        f"{len(found)} mutants: {killed} killed, {len(survivors)} not, of which {len(equivalent)} are equivalent "
        f"({', '.join(f'{status}: {count}' for status, count in sorted(counts.items()))}). "
        f"Killed of those that are not equivalent: {score:.1%}."
    )
    return 0 if score >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
