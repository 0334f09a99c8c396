"""A time limit for one test: what runs longer is stopped, wherever it is.

Where the system has alarms, one interrupts a loop as well as a blocked read. Elsewhere an exception
is sent to the thread, which it meets at its next line of Python. Code that swallows the exception
again and again, or never comes to its next line, ends with the process.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import itertools
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO

GRACE = 2.0
"""Seconds from the first interruption to the end of a process that does not heed it."""
_AGAIN = 0.3
"""Seconds between two interruptions."""
_STALE = 1.0
_TRIES = 4
"""Interruptions before the process is given up."""


GiveUp = Callable[[FrameType | None], None]


class TimeLimitExceeded(BaseException):
    """Raised in a test that took too long; no `except Exception` stops it."""


class Watchdog:
    """Ends a process in which Python does not come to its next line, with the stack as last words.

    It costs a thread each time, so it is set anew only once it has become stale.
    """

    def __init__(self, last_words: TextIO) -> None:
        self.last_words = last_words
        self.set_at = -math.inf

    def watch(self, seconds: float) -> None:
        """End the process if this is not called again for `seconds`, or up to a second more."""
        now = time.monotonic()
        if now - self.set_at < _STALE:
            return
        self.set_at = now
        faulthandler.dump_traceback_later(seconds + _STALE, exit=True, file=self.last_words)

    def leave(self) -> None:
        """Watch no more."""
        if self.set_at > -math.inf:
            faulthandler.cancel_dump_traceback_later()
        self.set_at = -math.inf


@contextlib.contextmanager
def limited(seconds: float, give_up: GiveUp) -> Iterator[None]:
    """Raise TimeLimitExceeded inside the block once it has taken `seconds`.

    Where that is of no use, `give_up` is called with the frame that runs, and ends the process.
    """
    with _alarm(seconds, give_up) if hasattr(signal, "setitimer") else _async_exception(seconds):
        yield


@contextlib.contextmanager
def _alarm(seconds: float, give_up: GiveUp) -> Iterator[None]:
    tries = itertools.count(1)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if next(tries) > _TRIES:
            give_up(frame)
        raise TimeLimitExceeded

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _async_exception(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())

    def interrupt() -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeLimitExceeded))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
