"""The search log of the sample: its rows, the phrases searched for, its dirt, and how they are written to files."""
