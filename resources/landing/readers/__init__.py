"""Reads landed files, every record of them, on either engine.

What a file holds is decided here, where its bytes are read: which records there are, which of them parse, and each
field as text. What a field means is decided in `c360_assets/cleaning`; which files make a day, in
`resources/landing/zone.py`.

`source` is where the engines come in; it chooses the reader of a file's form: `json_lines`, `csv_records` or
`parquet_rows`. A reader works through a file in blocks of whole lines (`lines`), so memory is bounded by the block, not
the file. Most JSON lines have the form of their neighbours, and are cut at their quotes (`json_form`); other regular ones
are parsed by PyArrow's JSON reader (`json_regular`). Each way is taken only where it provably gives what the tolerant
one gives (`json_tolerant`), line by line: that takes all that is left.

Nothing here imports other parts of the project, so that an engine can ship it to its workers as it is.
"""
