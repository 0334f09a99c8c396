"""How long a form with a large file takes to read, and how much memory: 20 fields and 10 MiB.

Each subject reads the form as its users do, from a stream, with the file spooled to disk. What it
needs for that is there before the clock starts.
"""

from __future__ import annotations

import gc
import io
import random
import time
import tracemalloc
from functools import partial
from typing import TYPE_CHECKING, Any

import django
import multipart
import python_multipart
from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from werkzeug.formparser import FormDataParser

from benchmarks.table import Target, console, interleave, show, show_versions
from bistro.multipart import parse_multipart

if TYPE_CHECKING:
    from collections.abc import Callable

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
FILE_SIZE = 10 << 20
FIELDS = 20
MOST_MEMORY = 1.0
"""MiB above the start that reading may take at its peak."""


def make_body() -> bytes:
    """The form as a browser sends it; the file is what no compression shrinks, as a photo is."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="field{number}"\r\n\r\n'
        f"value {number}\r\n".encode()
        for number in range(FIELDS)
    ]
    head = 'Content-Disposition: form-data; name="photo"; filename="tart.jpg"\r\n'
    parts.append(f"--{BOUNDARY}\r\n{head}Content-Type: image/jpeg\r\n\r\n".encode())
    parts.append(random.Random(5).randbytes(FILE_SIZE))
    parts.append(f"\r\n--{BOUNDARY}--\r\n".encode())
    return b"".join(parts)


def with_bistro(body: bytes) -> tuple[int, int]:
    form, files = parse_multipart(io.BytesIO(body), BOUNDARY, len(body))
    upload = files["photo"]
    upload.close()
    return len(form), upload.size


def with_multipart(body: bytes) -> tuple[int, int]:
    *fields, photo = multipart.MultipartParser(io.BytesIO(body), BOUNDARY, len(body)).parts()
    photo.close()
    return len(fields), photo.size


def with_python_multipart(body: bytes) -> tuple[int, int]:
    fields: list[Any] = []
    files: list[Any] = []
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}".encode(),
        "Content-Length": str(len(body)).encode(),
    }
    python_multipart.parse_form(headers, io.BytesIO(body), fields.append, files.append)
    files[0].close()
    return len(fields), files[0].size


def with_werkzeug(body: bytes) -> tuple[int, int]:
    parser = FormDataParser(silent=False)
    options = {"boundary": BOUNDARY}
    _, form, files = parser.parse(io.BytesIO(body), "multipart/form-data", len(body), options)
    photo = files["photo"].stream
    size = photo.seek(0, io.SEEK_END)
    photo.close()
    return len(form), size


def with_django(body: bytes) -> tuple[int, int]:
    meta = {
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(len(body)),
    }
    handlers = [TemporaryFileUploadHandler()]
    form, files = MultiPartParser(meta, io.BytesIO(body), handlers).parse()
    photo = files["photo"]
    photo.close()
    return len(form), photo.size


def milliseconds(read: Callable[[bytes], tuple[int, int]], body: bytes) -> float:
    """Return how long one form takes to read, in ms; `RuntimeError` if it was read wrongly."""
    start = time.perf_counter()
    found = read(body)
    took = (time.perf_counter() - start) * 1e3
    if found != (FIELDS, FILE_SIZE):
        raise RuntimeError(f"{read.__name__} found {found} of fields and bytes")
    return took


def peak(read: Callable[[bytes], tuple[int, int]], body: bytes) -> float:
    """Return the most memory that reading takes above the start, in MiB."""
    gc.collect()
    tracemalloc.start()
    read(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / (1 << 20)


def run(rounds: int) -> None:
    """Measure all parsers and print the tables."""
    settings.configure()
    django.setup()
    body = make_body()
    readers: dict[str, Callable[[bytes], tuple[int, int]]] = {
        "bistro": with_bistro,
        "multipart": with_multipart,
        "python-multipart": with_python_multipart,
        "werkzeug": with_werkzeug,
        "django": with_django,
    }
    for read in readers.values():
        milliseconds(read, body)
    show_versions("multipart", "python-multipart", "django", "werkzeug")
    times = {name: partial(milliseconds, read, body) for name, read in readers.items()}
    show(
        f"multipart, {FIELDS} fields and a file of {FILE_SIZE >> 20} MiB",
        "ms",
        interleave(times, rounds),
        more_is_better=False,
        target=Target("multipart", 1.05),
    )
    memory = {name: partial(peak, read, body) for name, read in readers.items()}
    measured = interleave(memory, 3)
    show("the same, memory above the start", "MiB", measured, more_is_better=False)
    most = max(measured["bistro"])
    verdict = "met" if most < MOST_MEMORY else "NOT met"
    console.print(f"target: under {MOST_MEMORY} MiB: {most:.2f}, {verdict}\n")
