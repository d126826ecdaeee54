"""Audiences as files."""
