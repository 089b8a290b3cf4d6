"""One process for each place, by a lock of the operating system: it goes with its process, however that ends."""

import errno
import sys
from pathlib import Path
from typing import IO

TAKEN = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def hold(path: Path) -> IO[bytes] | None:
    """Locked as long as the file is open. None while another process holds it; where the file system knows no locks,
    everybody may."""
    file = path.open("ab")
    try:
        _lock(file)
    except OSError as refusal:
        if refusal.errno in TAKEN:
            file.close()
            return None
    return file
