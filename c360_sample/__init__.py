"""Invented landing data in the real forms: what to try the project with, and what its tests run on.

The assets import nothing of this: the sample knows what lands, but not what is built from it.
"""

from c360_sample.committed import write_committed_sample
from c360_sample.months import write_months
from c360_sample.sample import FORMATS, SampleError, SampleSummary, write_sample

__all__ = ["FORMATS", "SampleError", "SampleSummary", "write_committed_sample", "write_months", "write_sample"]
