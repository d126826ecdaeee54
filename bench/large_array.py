"""Memory to read a JSON array of gigabytes: `python -m bench.large_array --gigabytes 2` makes one, reads it and removes it."""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from c360_assets.landing.raw_content import LAYOUT
from resources.landing.inspection import split_of
from resources.landing.source import read_split
from resources.landing.zone import LandedFile

_RECORDS = 10_000


def main() -> None:
    """Prints records, seconds and the peak of the process's memory."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--gigabytes", type=float, default=2)
    size = int(words.parse_args().gigabytes * (1 << 30))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "20220401.json"
        _write(path, size)
        start = time.process_time()
        split = split_of(LAYOUT, LandedFile(path.name, str(path), path.stat().st_size, "", False))
        records = sum(len(batch) for batch in read_split(LAYOUT, split)) if split else 0
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{size >> 20:,} MiB, {records:,} records, {seconds:.0f} s CPU, {peak:,} MiB at most")


def _write(path: Path, size: int) -> None:
    records = ",\n".join(
        f'{{"_id":"{place}","_source":{{"Contract":"ABC{place:06}","Mac":"0A1B2C{place:06X}",'
        f'"TotalDuration":{place % 86400},"AppName":"CHANNEL"}}}}'
        for place in range(_RECORDS)
    ).encode()
    with path.open("wb") as file:
        file.write(b"[" + records)
        while file.tell() < size:
            file.write(b",\n" + records)
        file.write(b"]")


if __name__ == "__main__":
    main()
