"""Erasure of customers: who is meant, what holds them, how they are removed, and the proof that they are gone.

The list of erasures, and how landed records of erased customers are recognized, are in `resources/erasure`.
"""
