"""Reads every record of landed files, on either engine.

What a file holds is decided here, where its bytes are read: which records there are, which of them parse, and each
field as text. What a field means is decided in `c360_assets/cleaning`; which files belong to a day, in
`resources/landing/zone`; what form a file has, in `resources/landing/inspection.py`.

The engines enter at `resources/landing/source.py`, which chooses the reader for a file's form: `json/lines` (also for
arrays, whose elements `json/array` puts on lines), `csv/records` or `parquet/rows`. A reader works through a file in
blocks of whole lines (`lines`), so memory is bounded by the block and not by the file.

`json/record` says what a JSON record's columns are: its envelope, its fields by their names, and what is left over
(`other_fields`). Most JSON lines fit the template of their neighbours, and are split at their quotes (`json/template`);
other regular lines are parsed by PyArrow's JSON reader (`json/regular`). Each way is taken only if it provably gives what
the tolerant way gives (`json/tolerant`). That one goes line by line and takes everything else.

Nothing here imports the assets, so that an engine can ship it to its workers as it is.
"""
