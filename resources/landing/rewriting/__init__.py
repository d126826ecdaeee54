"""Writes landed files again without the records of erased customers: in the same form, and every other record unchanged.

The readers say what is a record, and whose it is: they read a file, its erased records are found, and what was
written is read by them again and compared before it takes the place of the file.
"""
