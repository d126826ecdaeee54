"""Readers of JSON, with one record per line or in an array."""
