"""What a long-lived process does so as not to hold more memory than it needs."""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

from django.urls import get_resolver

P = ParamSpec("P")
R = TypeVar("R")
LARGE = 128 * 1024
ROOM = 2**16
"""Of 8 bytes each: a piece of a megabyte, of which only what is used takes memory. Half of it is this frame's own."""
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


def in_one_piece(function: Callable[P, R]) -> Callable[P, R]:
    """Called so, all frames below have room in one piece of memory. CPython keeps them in pieces of 16 KB, and asks the
    system for the next and gives it back whenever a call crosses the end of one: where a loop happens to stand at such
    an end, each turn of it pays for that (https://github.com/python/cpython/issues/142183)."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        found: R = _roomy(function, *args, **kwargs)
        return found

    return call


def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


_roomy = FunctionType(_call.__code__.replace(co_stacksize=ROOM), globals())
