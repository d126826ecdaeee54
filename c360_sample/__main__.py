"""`python -m c360_sample OUT` writes the committed sample; samples of any size are made by `c360 sample`."""

import sys
from pathlib import Path

from c360_sample.committed import write_committed_sample


def main(arguments: list[str]) -> int:
    """Writes the sample to the folder that is named. Returns 2 if none is."""
    if len(arguments) != 1:
        print("usage: python -m c360_sample OUT", file=sys.stderr)
        return 2
    write_committed_sample(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
