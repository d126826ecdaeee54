"""The one redactor: what checks, metadata and messages show of a value that identifies a person."""

_VISIBLE = 3
_KINDS = ("contract", "user")


def redacted(value: object) -> str:
    """A personal value with all but its start as stars: `HNH******`. Of a short value at most a third is visible.

    A customer_id keeps its kind: `contract:HNH******`.
    """
    text = str(value)
    kind, colon, name = text.partition(":")
    return f"{kind}:{_redacted(name)}" if colon and kind in _KINDS else _redacted(text)


def _redacted(text: str) -> str:
    visible = min(_VISIBLE, len(text) // 3)
    return text[:visible] + "*" * (len(text) - visible)
