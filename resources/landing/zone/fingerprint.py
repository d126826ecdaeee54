"""Whether what landed changed: digests of files' contents, which are read only if their state is new."""

from collections.abc import Mapping

import xxhash

from resources.errors import LandingError, Where
from resources.landing.zone.delivery import Delivery, LandedFile, digest
from resources.landing.zone.listing import reason
from resources.locations import open_landed

_DIGESTS: dict[tuple[str, str], str] = {}
"""Digests of this process: a file in the same state is read for its digest only once."""
_BLOCK_BYTES = 4 << 20


def fingerprint_of(delivery: Delivery, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """A digest of names and contents, and the digest of each file in its state, to be passed as `known` next time.

    A file whose state is known is not read again. A touched file with the same bytes gives the same digest.
    Raises LandingError if a file can't be read.
    """
    digests: dict[str, str] = {}
    for file in delivery.files:
        key = f"{file.name} {file.state}"
        if file.has_checksum:
            digests[key] = file.state
        else:
            digests[key] = (known or {}).get(key) or _content_digest(file)
    pairs = zip(delivery.files, digests.values(), strict=True)
    return digest(f"{file.name}\n{content}" for file, content in pairs), digests


def _content_digest(file: LandedFile) -> str:
    key = (file.uri, file.state)
    if key not in _DIGESTS:
        _DIGESTS[key] = read_digest(file)
    return _DIGESTS[key]


def read_digest(file: LandedFile) -> str:
    """The digest of a file's bytes, which it reads."""
    content = xxhash.xxh3_128()
    try:
        with open_landed(file.uri) as stream:
            while block := stream.read(_BLOCK_BYTES):
                content.update(block)
    except OSError as error:
        raise LandingError(
            f"can't be read ({reason(error)})", "Make it readable, or land it again.", Where(file=file.name)
        ) from None
    return content.hexdigest()
