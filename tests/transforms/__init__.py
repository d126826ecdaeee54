"""Each transform alone against the plain model: quick enough to judge thousands of changed transforms (docs/mutation.md)."""
