"""Writes landed files again without the records of erased customers: in the same form, and every other record unchanged.

What is a record, and whose it is, the readers say: a file is read by them, its erased records are found, and what was
written is read by them again and compared before it takes the place of the file.
"""
