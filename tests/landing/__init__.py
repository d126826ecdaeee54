"""Tests of what lands: which files make a day, and which records are in them."""
