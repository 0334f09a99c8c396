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
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO

GRACE = 2.0
"""Seconds from the first interruption to the end of the process."""
_AGAIN = 0.3
"""Seconds between two interruptions."""
_TRIES = 4
"""Interruptions before the process is given up."""


GiveUp = Callable[[FrameType | None], None]


class TimeLimitExceeded(BaseException):
    """Raised in a test that took too long; no `except Exception` stops it."""


@contextlib.contextmanager
def limited(seconds: float, last_words: TextIO, give_up: GiveUp) -> Iterator[None]:
    """Raise TimeLimitExceeded inside the block once it has taken `seconds`.

    Where that is of no use, `give_up` is called with the frame that runs, and ends the process.
    Where Python does not even come to that, the process ends GRACE seconds after the limit with
    the stack written to `last_words`.
    """
    faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=last_words)
    has_alarms = hasattr(signal, "setitimer")
    try:
        with _alarm(seconds, give_up) if has_alarms else _async_exception(seconds):
            yield
    finally:
        faulthandler.cancel_dump_traceback_later()


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
