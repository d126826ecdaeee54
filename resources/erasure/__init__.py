"""Who was erased: the list in the lake, and how landed records of erased customers are recognized.

How an erasure is carried out and proven is in `c360_assets/privacy`.
"""
