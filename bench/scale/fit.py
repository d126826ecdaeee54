"""A straight line through what was measured at several sizes."""

from collections.abc import Sequence

import numpy as np


def line(millions: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """What comes with any load, and what with each million rows: least squares."""
    slope, fixed = np.polyfit(millions, values, 1)
    return float(fixed), float(slope)
