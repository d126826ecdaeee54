"""The content log of the sample: its rows, its dirt, and how they are written to files."""
