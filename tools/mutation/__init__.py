"""Mutation tests: runs mutmut over the transforms, and reports its survivors."""
