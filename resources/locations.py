"""From a path or URI to the store that it is in."""

from typing import IO, cast

import fsspec
from fsspec.spec import AbstractFileSystem

from resources.errors import LocationError


def file_system(location: str) -> tuple[AbstractFileSystem, str]:
    """The store of a path or fsspec URI, and the path in it.

    It keeps no listings: engines and other processes write to the same folders, and files that an earlier listing
    lacks would count as missing.

    Raises LocationError if the kind of store is unknown, or if the package for it is not installed.
    """
    try:
        store, path = fsspec.core.url_to_fs(location, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise LocationError(
            f"{location} can't be opened: {reason}", "Install that package beside this project."
        ) from None
    return store, path


def open_landed(uri: str, block_size: int | None = None) -> IO[bytes]:
    """A file by the name it has: in a URI of fsspec, `::` would chain stores.

    An object store is asked for `block_size` bytes at a time, or for as many as is usual there.
    """
    store, _ = file_system(uri.partition("::")[0])
    return cast(IO[bytes], store.open(store._strip_protocol(uri), "rb", block_size=block_size))
