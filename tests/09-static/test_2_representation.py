"""Step 9.2: what the client is told of a file."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bistro
from bistro import static
from bistro.response import ENTITY_TAG
from bistro.static import Representation, content_type

HOUR_AGO = 1_700_000_000
"""When the files of the folder were modified."""


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("trout.png", "image/png"),
        ("photo.jpg", "image/jpeg"),
        ("plate.svg", "image/svg+xml"),
        ("font.woff2", "font/woff2"),
        ("data.json", "application/json"),
    ],
)
def test_the_ending_says_the_type(name, type_):
    """The media type is what the table has for the name's ending."""
    assert content_type(name) == type_
    assert content_type(f"/srv/static/{name}") == type_


@pytest.mark.parametrize(
    ("name", "type_"),
    [("a.css", "text/css"), ("a.js", "text/javascript"), ("a.html", "text/html")],
)
def test_text_has_a_charset(name, type_):
    """The type of a text says that it is UTF-8."""
    assert content_type(name) == f"{type_}; charset=utf-8"


def test_upper_and_lower_case_are_the_same():
    """The case of an ending does not matter."""
    assert content_type("IMG_0001.JPG") == "image/jpeg"
    assert content_type("a.Css") == "text/css; charset=utf-8"


@pytest.mark.parametrize("name", ["README", "a.unknown", ".css", "a.", "css", "v1.css/readme", ""])
def test_no_type_is_guessed(name):
    """What the table does not have, or has no ending, is bytes and nothing else."""
    assert content_type(name) == "application/octet-stream"


def test_the_last_dot_counts():
    """The ending is what stands behind the last dot."""
    assert content_type("a.html.png") == "image/png"
    assert content_type("site.css.gz") == "application/gzip"


def test_the_table_can_be_added_to(monkeypatch):
    """The types are those of the table, as it is now."""
    monkeypatch.setitem(static.TYPES, "menu", "application/x-menu")
    assert content_type("tonight.menu") == "application/x-menu"


def test_a_file_is_open_and_has_a_size(opened, folder):
    """A representation has the open file, its size, its encoding, and whether there are others."""
    found = opened(str(folder / "menu.txt"))
    assert found.file.read() == b"0123456789"
    assert found.size == 10
    assert (found.encoding, found.varies) == ("", False)
    found = opened(str(folder / "menu.txt"), "br", varies=True)
    assert (found.encoding, found.varies) == ("br", True)


def test_the_time_is_rounded_down(opened, folder):
    """The time of the last modification is in whole seconds, because HTTP has no others."""
    for nanosecond in (900_000_000, 999_999_900):
        os.utime(folder / "menu.txt", ns=(0, HOUR_AGO * 10**9 + nanosecond))
        assert opened(str(folder / "menu.txt")).modified == HOUR_AGO
    assert isinstance(opened(str(folder / "menu.txt")).modified, int)


def test_no_file_is_of_tomorrow(opened, folder):
    """A file of the future was modified now: a clock that was wrong must not confuse clients."""
    before = int(time.time())
    os.utime(folder / "menu.txt", (before + 100_000, before + 100_000))
    assert before <= opened(str(folder / "menu.txt")).modified <= time.time()


def test_the_tag_is_an_entity_tag(opened, folder):
    """The entity tag stands in quotes, and is a strong one; the same for the same file."""
    tag = opened(str(folder / "menu.txt")).etag
    assert ENTITY_TAG.fullmatch(tag)
    assert not tag.startswith("W/")
    assert opened(str(folder / "menu.txt")).etag == tag


def test_another_tag_after_each_modification(opened, folder):
    """Two modifications in one second give two tags, also when the size stays."""
    tags = set()
    for step in range(3):
        nanoseconds = HOUR_AGO * 10**9 + step * 100  # Windows counts in hundreds
        os.utime(folder / "menu.txt", ns=(nanoseconds, nanoseconds))
        tags.add(opened(str(folder / "menu.txt")).etag)
    assert len(tags) == 3


def test_another_tag_for_another_size(opened, folder):
    """A file of another size has another tag, even if its time was set back."""
    tag = opened(str(folder / "menu.txt")).etag
    (folder / "menu.txt").write_bytes(b"01234567890")
    os.utime(folder / "menu.txt", (HOUR_AGO, HOUR_AGO))
    assert opened(str(folder / "menu.txt")).etag != tag


def test_another_tag_for_another_encoding(opened, folder):
    """Each encoding has its own tag: they are different bytes."""
    path = str(folder / "menu.txt")
    assert len({opened(path, encoding).etag for encoding in ("", "br", "gzip")}) == 3


def test_each_process_gives_the_same_tag(opened, folder):
    """The entity tag is the same in each process of a server, today and after a restart."""
    path = str(folder / "menu.txt")
    tag = opened(path, "gzip").etag
    print_tag = (
        "import sys; from bistro.static import Representation; "
        "found = Representation(sys.argv[1], 'gzip'); found.file.close(); print(found.etag)"
    )
    paths = [str(Path(part).resolve().parent) for part in bistro.__path__]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "4242"}
    other = subprocess.run(
        [sys.executable, "-c", print_tag, path],
        env=environ,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    assert other.stdout.strip() == tag


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no open file")
def test_what_was_opened_is_what_is_told(folder, instead_of_open):
    """A file that is replaced while we look at it is not mixed up with the new one."""

    def open_and_replace(*arguments, **options):
        file = real_open(*arguments, **options)
        (folder / "new").replace(folder / "menu.txt")
        return file

    (folder / "new").write_bytes(b"x" * 500)
    real_open = instead_of_open(open_and_replace)
    found = Representation(str(folder / "menu.txt"))
    with found.file:
        assert found.size == len(found.file.read())


@pytest.mark.parametrize("name", ["nothing.txt", "fish"])
def test_what_can_not_be_opened(folder, name):
    """What can't be opened is an OSError."""
    with pytest.raises((FileNotFoundError, IsADirectoryError, PermissionError)):
        Representation(str(folder / name))
