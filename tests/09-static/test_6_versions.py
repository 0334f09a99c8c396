"""Step 9.6: for ever."""

import io
import os
import re

import pytest

from bistro import static
from bistro.app import App
from bistro.routing import RoutingError
from bistro.static import StaticFiles, static_url

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def url(folder):
    """`url(path, name)` is what static_url returns in a handler of an application."""
    app = App()
    app.mount("/static", StaticFiles(folder))
    app.mount("/sea", StaticFiles(folder / "fish"), name="fish")
    app.mount("/other", lambda environ, start_response: [], name="other")
    app.get("/", name="home")(lambda request: "")

    def make(*arguments, root=""):
        request = app.request_class({"REQUEST_METHOD": "GET", "SCRIPT_NAME": root})
        return static_url(request, *arguments)

    return make


def change(path, data):
    """Write a file, and make sure that its time is another one."""
    before = path.stat().st_mtime_ns
    path.write_bytes(data)
    os.utime(path, ns=(before + 1000, before + 1000))


def test_a_fingerprint_is_sixteen_digits(files, folder):
    """A fingerprint is 16 hexadecimal digits."""
    assert re.fullmatch("[0-9a-f]{16}", files.fingerprint(str(folder / "menu.txt")))
    assert re.fullmatch("[0-9a-f]{16}", files.version("menu.txt"))


def test_the_content_alone_counts(files, folder):
    """Files of the same content have the same fingerprint, whatever their names and times."""
    (folder / "copy.md").write_bytes(b"0123456789")
    assert files.fingerprint(str(folder / "copy.md")) == files.fingerprint(str(folder / "menu.txt"))


def test_other_content_has_another_fingerprint(files, folder):
    """A change anywhere in a file changes its fingerprint, also behind the first block."""
    size = static.BLOCK * 2
    seen = set()
    for at in (None, 0, static.BLOCK, size - 1):
        data = bytearray(size)
        if at is not None:
            data[at] = 1
        (folder / f"large-{at}").write_bytes(data)
        seen.add(files.fingerprint(str(folder / f"large-{at}")))
    assert len(seen) == 4


def test_a_file_is_read_once(files, folder, reads):
    """A file that has not changed is not read again."""
    path = str(folder / "menu.txt")
    assert len({files.fingerprint(path) for _ in range(3)}) == 1
    assert len(reads) == 1


def test_a_file_that_changed_is_read_again(files, folder, reads):
    """A file with another time or size is read again."""
    path = folder / "menu.txt"
    first = files.fingerprint(str(path))
    change(path, b"9876543210")
    second = files.fingerprint(str(path))
    time = path.stat().st_mtime_ns
    path.write_bytes(b"longer than that")
    os.utime(path, ns=(time, time))
    third = files.fingerprint(str(path))
    assert len({first, second, third}) == 3
    assert len(reads) == 3
    assert files.fingerprint(str(path)) == third
    assert len(reads) == 3
    assert len(files.fingerprints) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no open file")
def test_a_file_that_changes_while_it_is_read(files, folder, instead_of_open):
    """A file that changes while it is read is read again the next time."""
    path, new = folder / "menu.txt", folder / "new"
    new.write_bytes(b"9876543210")
    expected = files.fingerprint(str(new))

    def open_and_replace(*arguments, **options):
        file = real_open(*arguments, **options)
        if new.exists():
            new.replace(path)
        return file

    real_open = instead_of_open(open_and_replace)
    files.fingerprint(str(path))
    assert files.fingerprint(str(path)) == expected


def test_the_file_is_closed(files, folder, opens):
    """A file that was read is closed again."""
    assert files.fingerprint(str(folder / "menu.txt"))
    assert all(file.closed for file in opens)


def test_files_of_the_same_name(files, folder):
    """Files of the same name, size and time in two folders are two files."""
    digits = []
    for part in ("a", "b"):
        (folder / part).mkdir()
        path = folder / part / "site.css"
        path.write_text(part)
        os.utime(path, (1_700_000_000, 1_700_000_000))
        digits.append(files.fingerprint(str(path)))
    assert digits[0] != digits[1]


def test_a_large_file_is_read_in_blocks(files, folder, instead_of_open):
    """A file is read a block at a time: it may be larger than the memory."""
    sizes = []

    class Watched(io.FileIO):
        def read(self, size=-1):
            sizes.append(size)
            return super().read(size)

        def readall(self):
            sizes.append(-1)
            return super().readall()

    (folder / "large").write_bytes(bytes(static.BLOCK * 3))
    instead_of_open(lambda path, *arguments, **options: Watched(path))
    assert files.fingerprint(str(folder / "large"))
    assert -1 not in sizes
    assert max(sizes, default=0) < static.BLOCK * 3


def test_each_request_asks(files, folder, asking):
    """A URL without a version may show another file tomorrow, so the client asks each time."""
    assert files.cache_control(asking(), str(folder / "menu.txt")) == "no-cache"


def test_a_while(folder, asking):
    """With `max_age` a client may use a file that long without asking."""
    files = StaticFiles(folder, max_age=600)
    assert files.cache_control(asking(), str(folder / "menu.txt")) == "public, max-age=600"


def test_for_ever(files, folder, asking):
    """A URL with the version of this content is good for ever."""
    path = str(folder / "menu.txt")
    query = f"v={files.fingerprint(path)}"
    assert files.cache_control(asking(query=query), path) == FOR_EVER
    assert StaticFiles(folder, max_age=600).cache_control(asking(query=query), path) == FOR_EVER


def test_another_version_is_not_for_ever(files, folder, asking):
    """A URL with the version of another content, or with none, is not kept for ever."""
    path = folder / "menu.txt"
    old = files.fingerprint(str(path))
    other = files.fingerprint(str(folder / "site.css"))
    change(path, b"changed")
    for query in (f"v={old}", f"v={other}", "v=", "v=1"):
        assert files.cache_control(asking(query=query), str(path)) == "no-cache"
    new = files.fingerprint(str(path))
    for query in (f"w={new}", f"v={new[:8]}", f"v={new}0"):
        assert files.cache_control(asking(query=query), str(path)) == "no-cache"


def test_a_file_is_not_read_for_nothing(files, folder, asking, reads):
    """A file is not read when nobody sent a version: it may be a film."""
    for query in ("", "w=1"):
        assert files.cache_control(asking(query=query), str(folder / "menu.txt")) == "no-cache"
        assert reads == []


def test_the_url_has_the_version(url, files):
    """The URL of a file has its version in it."""
    assert url("menu.txt") == f"/static/menu.txt?v={files.version('menu.txt')}"
    assert url("fish/trout.png") == f"/static/fish/trout.png?v={files.version('fish/trout.png')}"


def test_the_url_changes_with_the_content(url, folder):
    """The URL of a file that changed is another one."""
    before = url("menu.txt")
    change(folder / "menu.txt", b"changed")
    assert url("menu.txt") != before


def test_files_mounted_by_another_name(url, files):
    """Other files are found by the name with which they were mounted."""
    version = files.version("fish/trout.png")
    assert url("trout.png", "fish") == f"/sea/trout.png?v={version}"


def test_the_place_of_the_application(url):
    """The URL is right where the application is mounted in another one."""
    assert url("menu.txt", root="/bistro").startswith("/bistro/static/menu.txt?v=")


def test_names_are_quoted(url, folder):
    """What a URL can't have in it is quoted."""
    (folder / "crème 100%#1.txt").write_bytes(b"x")
    assert url("crème 100%#1.txt").startswith("/static/cr%C3%A8me%20100%25%231.txt?v=")


def test_what_is_no_static_files(url):
    """For another application, mounted by that name, there is a URL without a version."""
    assert url("menu.txt", "other") == "/other/menu.txt"


def test_a_file_that_is_not_there(url):
    """The URL of a file that is not there is a mistake in a page, and says which file."""
    for path in ["nothing.txt", "../secret.txt", "fish", ""]:
        with pytest.raises(RoutingError) as caught:
            url(path)
        assert path in str(caught.value)


def test_a_name_that_nothing_is_mounted_by(url):
    """A name that is not known is a mistake, too."""
    with pytest.raises(RoutingError):
        url("menu.txt", "statics")
