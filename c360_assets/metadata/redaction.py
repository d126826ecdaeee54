"""What is shown of a value that tells of one person: that there is one, and its kind, never the value."""

_SHOWN = 3


def hidden(text: str) -> str:
    """A personal value with all but its start as stars: `HNH******`. Of a short one a third stands at most."""
    shown = min(_SHOWN, len(text) // 3)
    return text[:shown] + "*" * (len(text) - shown)
