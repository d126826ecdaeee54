"""The errors of this project: each says what happened, where, and what to do."""


class InputNotReady(Exception):
    """What a partition is made from is missing or did not pass a check; the message says which."""


class UnknownSchema(Exception):
    """A file in the lake that a later release wrote."""
