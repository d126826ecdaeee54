"""Looks after tables that exist: upkeep, orphan files, history, restore. Nothing here makes a row."""
