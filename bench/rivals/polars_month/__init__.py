"""The whole pipeline as one tuned Polars script: landed logs to customer360 and its audiences, as Delta tables.

Same final tables as the project, row for row. Left out: raw tables, quarantine, ledgers, checks, history, and making
only what changed. Tuned by: lazy frames on the streaming engine, content a day at a time; lines in the usual form are
taken apart by one regular expression that also says that every field is clean; only the rest (a line in 400) is parsed by
plain Python; a month rolled up by device and app, then by device, with days and apps as bits.

Bad bytes in content become U+FFFD, so a line of JSON with a real U+FFFD is taken for one that is not UTF-8. Search logs in
text forms, which are rare and small, are read by plain Python.
"""
