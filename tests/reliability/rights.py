"""`c360` in a process that may not pass over the modes of files, as no user but root may."""

import ctypes
import sys

_VERSION = 0x20080522
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
_LEFT = ~(1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH) & 0xFFFFFFFF


def drop_rights() -> None:
    """Gives these two of root's rights up, for this thread and all that it starts. Raises OSError where it can't."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    data = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: first of the lower rights, then of the others
    if libc.capget(header, data) == 0:
        for kind in range(3):
            data[kind] &= _LEFT
        if libc.capset(header, data) == 0:
            return
    raise OSError(ctypes.get_errno(), "rights can't be given up")


def run(*words: str) -> None:
    """The command, without these rights."""
    drop_rights()
    from c360_assets.cli import main

    sys.argv = ["c360", *words]
    main()
