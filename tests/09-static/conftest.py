"""What the tests of this chapter share: a folder of files, and requests for them."""

import io
import os

import pytest

OPEN = io.open

HOUR_AGO = 1_700_000_000
"""When the files were modified: a moment long ago, in seconds since 1970."""


@pytest.fixture
def folder(tmp_path):
    """The folder that is served; beside it lie things that are nobody's business."""
    folder = tmp_path / "static"
    (folder / "fish").mkdir(parents=True)
    (folder / "menu.txt").write_bytes(b"0123456789")
    (folder / "site.css").write_bytes(b"body { color: red }\n" * 50)
    (folder / "fish" / "trout.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret.txt").write_bytes(b"the recipe")
    (tmp_path / "static-secret").mkdir()
    (tmp_path / "static-secret" / "plan.txt").write_bytes(b"the plan")
    for file in ("menu.txt", "site.css", "fish/trout.png"):
        os.utime(folder / file, (HOUR_AGO, HOUR_AGO))
    return folder


@pytest.fixture
def files(folder):
    """StaticFiles for that folder."""
    from bistro.static import StaticFiles

    return StaticFiles(folder)


@pytest.fixture
def asking():
    """`asking(Range="bytes=0-3")` is a GET request with that field."""
    from bistro.request import Request

    def make(method="GET", path="/", query="", **fields):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
        for name, value in fields.items():
            environ[f"HTTP_{name.upper()}"] = value
        return Request(environ)

    return make


@pytest.fixture
def opened():
    """`opened(path)` is a Representation of a file; all are closed at the test's end."""
    from bistro.static import Representation

    kept = []

    def make(*arguments, **options):
        kept.append(Representation(*arguments, **options))
        return kept[-1]

    yield make
    for one in kept:
        one.file.close()


@pytest.fixture
def instead_of_open(monkeypatch):
    """`instead_of_open(function)`: whoever opens a file calls that; it may call `OPEN`."""

    def put(function):
        monkeypatch.setattr("io.open", function)
        monkeypatch.setattr("builtins.open", function)
        return OPEN

    return put


@pytest.fixture
def opens(instead_of_open, folder):
    """The files of the folder that are opened for reading, as they come."""
    files = []

    def watched(path, mode="r", *arguments, **options):
        file = OPEN(path, mode, *arguments, **options)
        if "r" in mode and (isinstance(path, int) or str(folder.parent) in str(path)):
            files.append(file)
        return file

    instead_of_open(watched)
    return files


@pytest.fixture
def reads(instead_of_open, folder):
    """The files of the folder that something is read from, as they come; opening is no reading."""
    files = []

    class Watched(io.FileIO):
        def note(self):
            if self not in files:
                files.append(self)

        def read(self, size=-1):
            self.note()
            return super().read(size)

        def readall(self):
            self.note()
            return super().readall()

        def readinto(self, buffer):
            self.note()
            return super().readinto(buffer)

    def watched(path, mode="r", buffering=-1, *arguments, **options):
        if mode != "rb" or isinstance(path, int) or str(folder.parent) not in str(path):
            return OPEN(path, mode, buffering, *arguments, **options)
        return io.BufferedReader(Watched(path)) if buffering else Watched(path)

    instead_of_open(watched)
    return files


@pytest.fixture
def link():
    """`link(at, to)` makes a symbolic link; the test is skipped where the system allows none."""

    def make(at, to):
        try:
            at.symlink_to(to, target_is_directory=to.is_dir())
        except OSError:
            pytest.skip("this system lets us make no symbolic links")

    return make
