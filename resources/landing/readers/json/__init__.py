"""Readers of JSON, a record to a line or in an array."""
