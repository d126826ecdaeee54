"""Tests of the `c360` command."""
