"""Looking after tables that are made already: upkeep, orphan files, history, restore. Nothing here makes a row."""
