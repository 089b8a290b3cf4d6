"""What a long-lived process does so as not to hold more memory than it needs."""

import contextlib
import ctypes
import gc
import sys

from django.urls import get_resolver

LARGE = 128 * 1024
M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -8, -3, -1


def share_one_heap() -> None:
    """glibc gives each thread a heap of its own, and eight of them hold on to some 10 MB of free memory. What is large
    goes back to the system at once: otherwise one long page raises the mark up to which its room is kept for good."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library has no such dial
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(M_ARENA_MAX, 1)
            mallopt(M_MMAP_THRESHOLD, LARGE)
            mallopt(M_TRIM_THRESHOLD, LARGE)


def set_apart_what_is_loaded() -> None:
    """The collector looks through everything once a quarter as much has come to it as there was: beside a portal of
    code, twenty answers lie about until then that hold themselves in circles. What is set apart is neither counted nor
    looked through."""
    get_resolver().url_patterns  # noqa: B018  (loads every page: once for all processes, before they part)
    gc.collect()
    gc.freeze()
