"""What the transforms are given and have to give: the model's lake over one very dirty landing."""

import tempfile
from functools import cache
from pathlib import Path

from tests.model.identity import landed_links
from tests.model.lake import Lake, build
from tests.model.options import read_options
from tests.strategies import Landed, dirty_landing
from tests.support.homes import REFERENCE
from tests.transforms.corner_cases import corner_cases
from tests.transforms.frames import Row

SEED, DAYS, ROWS = 3, 8, 240


@cache
def _made() -> tuple[Lake, list[Row]]:
    landed = Landed({**dirty_landing(SEED, DAYS, ROWS).files, **corner_cases().files})
    with tempfile.TemporaryDirectory() as folder:
        root = landed.write(Path(folder))
        return build(root, REFERENCE), landed_links(root / "identity", read_options(REFERENCE))


def lake() -> Lake:
    """Every table as the model makes it; made once a process."""
    return _made()[0]


def links() -> list[Row]:
    """The landed links; `reason` is set where one stood in a row that does not parse."""
    return _made()[1]
