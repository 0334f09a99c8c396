"""Static files beyond the course: hostile paths, other people's judgement, large files."""

from __future__ import annotations

import contextlib
import gzip
import io
import ntpath
import os
import random
import socket
import string
import tempfile
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote
from wsgiref.validate import validator

import pytest
import requests
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from webtest import TestApp
from webtest.lint import middleware as lint
from werkzeug.datastructures import Range
from werkzeug.http import http_date, is_resource_modified, parse_range_header
from werkzeug.security import _windows_device_files, safe_join
from werkzeug.utils import send_from_directory

from bistro.app import App
from bistro.errors import HTTPError
from bistro.request import Request
from bistro.static import (
    Representation,
    StaticFiles,
    is_outdated,
    static_url,
    wanted_ranges,
)

from .conftest import wait_until

MODIFIED = 784_111_777
SECRET = b"SECRET"


@pytest.fixture
def folder(tmp_path):
    """A folder to serve, and secrets around it, as near as they come."""
    folder = tmp_path / "static"
    (folder / "fish").mkdir(parents=True)
    (folder / "menu.txt").write_bytes(b"0123456789" * 10)
    (folder / "fish" / "trout.png").write_bytes(b"\x89PNG")
    (tmp_path / "static-secret").mkdir()
    for secret in ("secret.txt", "static-secret/plan.txt", "static.txt"):
        (tmp_path / secret).write_bytes(SECRET)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "sibling").symlink_to(tmp_path / "static-secret")
    (folder / "menu.txt.gz").symlink_to(tmp_path / "secret.txt")
    os.utime(folder / "menu.txt", (MODIFIED, MODIFIED))
    return folder


@pytest.fixture
def site(folder):
    """An application with the folder mounted."""
    app = App()
    app.mount("/static", StaticFiles(folder))
    app.get("/url/<path:name>")(lambda request, name: static_url(request, name))
    return app


@pytest.fixture
def client(site):
    """A client between which and the application two validators stand."""
    return TestApp(lint(validator(site)))


class TestThroughValidators:
    """Everything that can be answered, under `wsgiref.validate` and `webtest.lint`."""

    def test_a_file(self, client):
        answer = client.get("/static/menu.txt")
        assert answer.body == b"0123456789" * 10
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.content_type == "text/plain"
        assert answer.last_modified == datetime.fromtimestamp(MODIFIED, UTC)
        assert answer.etag_strong

    def test_head(self, client):
        whole = client.get("/static/menu.txt")
        head = client.head("/static/menu.txt")
        assert head.body == b""
        assert dict(head.headers) == dict(whole.headers)

    def test_not_modified(self, client):
        tag = client.get("/static/menu.txt").headers["ETag"]
        for method in (client.get, client.head):
            answer = method("/static/menu.txt", headers={"If-None-Match": tag}, status=304)
            assert answer.headers["ETag"] == tag
            assert "Content-Length" not in answer.headers
            assert "Content-Type" not in answer.headers

    def test_ranges(self, client):
        answer = client.get("/static/menu.txt", headers={"Range": "bytes=95-"}, status=206)
        assert answer.body == b"56789"
        assert answer.headers["Content-Range"] == "bytes 95-99/100"
        answer = client.get("/static/menu.txt", headers={"Range": "bytes=0-1,5-6"}, status=206)
        assert answer.body.count(b"Content-Range: bytes ") == 2
        answer = client.get("/static/menu.txt", headers={"Range": "bytes=100-"}, status=416)
        assert answer.headers["Content-Range"] == "bytes */100"

    def test_a_failed_precondition(self, client):
        client.get("/static/menu.txt", headers={"If-Match": '"x"'}, status=412)

    def test_methods(self, client):
        assert client.post("/static/menu.txt", status=405).headers["Allow"] == "GET, HEAD, OPTIONS"
        assert client.options("/static/menu.txt", status=204).headers["Allow"].startswith("GET")

    def test_a_versioned_url(self, client):
        url = client.get("/url/menu.txt").text
        assert client.get(url).headers["Cache-Control"].endswith("immutable")
        assert client.get(url + "0").headers["Cache-Control"] == "no-cache"

    def test_alone(self, folder):
        client = TestApp(lint(validator(StaticFiles(folder, max_age=60))))
        assert client.get("/menu.txt").headers["Cache-Control"] == "public, max-age=60"
        answer = client.get("/nothing", status=404)
        assert answer.text == "404 Not Found\n"
        assert answer.content_type == "text/plain"

    def test_middleware_may_read_the_body(self, site, folder):
        @site.middleware
        def louder(request, next):
            response = next(request)
            response.body = b"".join(response.body).upper()
            return response

        (folder / "quiet.txt").write_text("quiet")
        answer = TestApp(lint(validator(site))).get("/static/quiet.txt")
        assert answer.body == b"QUIET"
        assert answer.headers["Content-Length"] == "5"


HOSTILE = (
    "/../secret.txt",
    "/../../secret.txt",
    "/fish/../../secret.txt",
    "/./../secret.txt",
    "/..",
    "/../static-secret/plan.txt",
    "/../static.txt",
    "-secret/plan.txt",
    ".txt",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/%252e%252e/secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/%25252e%25252e/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%c0%ae%c0%ae%c0%afsecret.txt",
    "/%e0%80%ae%e0%80%ae/secret.txt",
    "/%uff0e%uff0e/secret.txt",
    "/%ef%bc%8e%ef%bc%8e/secret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/..%255csecret.txt",
    "/fish\\..\\..\\secret.txt",
    "/...//secret.txt",
    "/....//secret.txt",
    "/..;/secret.txt",
    "/..%00/secret.txt",
    "/menu.txt%00.png",
    "/%00",
    "//etc/passwd",
    "///etc/passwd",
    "/%2fetc/passwd",
    "/%2f%2fetc%2fpasswd",
    "/file:///etc/passwd",
    "/C:/secret.txt",
    "/C:%5csecret.txt",
    "/%5c%5chost%5cshare%5csecret.txt",
    "/menu.txt::$DATA",
    "/menu.txt:secret",
    "/con",
    "/fish/NUL.txt",
    "/COM1%20",
    "/link.txt",
    "/up/secret.txt",
    "/sibling/plan.txt",
    "/fish",
    "/fish/",
    "/",
    "",
    "/menu.txt/",
    "/menu.txt/..",
    "/fish//trout.png",
    "/~root",
    "/" + "a" * 3000,
    "/" + "../" * 1000 + "etc/passwd",
    "/%",
    "/%zz",
    "/?../secret.txt",
)


class TestHostilePaths:
    """Raw bytes on a real socket, to files that are mounted and files that stand alone."""

    @pytest.mark.parametrize("path", HOSTILE)
    def test_no_way_out(self, serve, guest, site, folder, path):
        for app, prefix in ((site, "/static"), (StaticFiles(folder), "")):
            one = guest(serve(app))
            target = prefix + path or "/"
            if not target.startswith("/"):
                continue
            fields = "Host: h\r\nAccept-Encoding: gzip\r\n"
            one.send(f"GET {target} HTTP/1.1\r\n{fields}\r\n".encode("latin-1"))
            status, _, body = one.read_response()
            assert status in (400, 404)
            assert SECRET not in body

    def test_bytes_that_are_no_utf_8(self, serve, guest, folder):
        one = guest(serve(StaticFiles(folder)))
        one.send(b"GET /%ff%fe HTTP/1.1\r\nHost: h\r\n\r\n")
        assert one.read_response()[0] == 404
        one.send(b"GET /menu.txt HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n")
        status, fields, body = one.read_response()
        assert (status, body) == (200, b"0123456789" * 10)
        assert "content-encoding" not in fields, "the link beside it leads out"

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        parts=st.lists(
            st.sampled_from(
                ["..", ".", "", "/", "\\", "%2e", "fish", "up", "sibling", "static-secret",
                 "secret.txt", "plan.txt", "menu.txt", "\0", ":", "C:", "~", " ", "é", "%"]
            ),
            max_size=9,
        ),
        by=st.sampled_from(["/", "", "\\", "//"]),
    )  # fmt: skip
    def test_whatever_the_path_is(self, folder, parts, by):
        body, status = call(StaticFiles(folder), "/" + by.join(parts))
        assert SECRET not in body
        assert status in (200, 404)

    @settings(max_examples=500, deadline=None)
    @given(name=st.text(alphabet=string.ascii_letters + "./\\: ~$%\0", max_size=20))
    @example("c:x")
    @example("a/.. /b")
    @example("a\\..\\..\\b")
    @example("fish/...")
    def test_what_windows_would_make_of_it(self, name):
        """A name that the text's guard lets through stays in the directory on Windows, too."""
        with tempfile.TemporaryDirectory() as folder:
            files = StaticFiles(folder)
        try:
            with (
                patch("os.path.isfile", lambda path: True),
                patch("os.path.realpath", lambda path: path),
            ):
                files.locate(name)
        except HTTPError:
            return
        root = "C:\\srv\\static"
        path = ntpath.normpath(ntpath.join(root, *name.split("/")))
        assert ntpath.commonpath([root, path]) == root
        assert path != root
        assert safe_join("static", name) is not None

    @pytest.mark.parametrize("device", sorted(_windows_device_files))
    @pytest.mark.parametrize("form", ["{}", "{}.txt", "{} ", "{}. ", " {}", "fish/{}", "{}/fish"])
    def test_werkzeugs_list_of_devices(self, folder, device, form):
        for name in (form.format(device), form.format(device.lower())):
            with contextlib.suppress(OSError):
                (folder / name).write_bytes(b"x")
            with pytest.raises(HTTPError) as caught:
                StaticFiles(folder).locate(name)
            assert caught.value.status == 404


def call(app, path="/menu.txt", method="GET", **fields):
    """Return the body and the status of an answer; the body is read and closed as servers do."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "h",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **{f"HTTP_{name.upper()}": value for name, value in fields.items()},
    }
    got = []
    body = app(environ, lambda status, head, exc_info=None: got.append((int(status[:3]), head)))
    try:
        data = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    call.fields = dict(got[-1][1])
    return data, got[-1][0]


DATES = st.sampled_from([MODIFIED - 1, MODIFIED, MODIFIED + 1, None])
TAGS = st.lists(st.sampled_from(["{tag}", "W/{tag}", '"other"', 'W/"other"', '"a,b"']), max_size=3)


class TestAgainstWerkzeug:
    """Where the contract is the same, the same answers."""

    @settings(max_examples=400, deadline=None)
    @given(
        tags=st.none() | TAGS,
        star=st.booleans(),
        since=DATES,
        comma=st.sampled_from([", ", ",", " ,\t"]),
    )
    def test_conditional_requests(self, tags, star, since, comma):
        with made_folder() as folder:
            files = StaticFiles(folder)
            call(files)
            tag = call.fields["ETag"]
            fields = {}
            if tags is not None and (tags or star):
                wanted = comma.join(tags).format(tag=tag)
                fields["If_None_Match"] = "*" if star else wanted
            if since is not None:
                fields["If_Modified_Since"] = http_date(since)
            _, status = call(files, **fields)
            environ = {f"HTTP_{name.upper()}": value for name, value in fields.items()}
            modified = is_resource_modified(
                {"REQUEST_METHOD": "GET", **environ},
                etag=tag.strip('"'),
                last_modified=datetime.fromtimestamp(MODIFIED, UTC),
            )
            assert status == (200 if modified else 304)

    @settings(max_examples=200, deadline=None)
    @given(tags=TAGS.filter(bool))
    def test_if_match(self, tags):
        with (
            made_folder() as folder,
            contextlib.closing((found := Representation(str(folder / "menu.txt"))).file),
        ):
            field = ", ".join(tags).format(tag=found.etag)
            request = Request({"REQUEST_METHOD": "GET", "HTTP_IF_MATCH": field})
            unmodified = not is_resource_modified(request.environ, etag=found.etag.strip('"'))
            assert is_outdated(request, found) == unmodified

    @settings(max_examples=2000, deadline=None)
    @given(
        field=st.builds(
            "{}={}".format,
            st.sampled_from(["bytes", "Bytes", "lines", ""]),
            st.text(alphabet="0123456789-, ", max_size=12)
            | st.builds("{}-{}".format, st.integers(0, 120), st.integers(0, 120))
            | st.builds("-{}".format, st.integers(0, 120))
            | st.builds("{}-".format, st.integers(0, 120)),
        )
    )
    @example("bytes=0-0")
    @example("bytes=-100")
    @example("bytes=-101")
    @example("bytes=99-")
    @example("bytes=100-")
    def test_one_range(self, field):
        with (
            made_folder() as folder,
            contextlib.closing((found := Representation(str(folder / "menu.txt"))).file),
        ):
            ours = wanted_ranges(Request({"HTTP_RANGE": field}), found)
        theirs = parse_range_header(field)
        if theirs is None:
            # It refuses lists that are not in order, empty elements and `-0`, which may be asked.
            assert ours is None or "," in field or not any(int(n or 0) for n in digits(field))
            return
        spec = field.partition("=")[2].strip(" ")
        if len(theirs.ranges) > 1 or "--" in spec or " " in spec:  # it takes `0 --0` for `0-0`
            return
        assert ours == expected(theirs)

    @settings(max_examples=150, deadline=None)
    @given(
        method=st.sampled_from(["GET", "HEAD"]),
        wanted=st.sampled_from(["bytes=0-9", "bytes=50-", "bytes=-7", "bytes=90-200", None]),
        condition=st.sampled_from(["{tag}", '"other"', "{date}", "{earlier}", None]),
    )
    def test_a_whole_answer(self, method, wanted, condition):
        # Without weak tags in If-Range: Werkzeug takes them for strong ones.
        with made_folder() as folder:
            fields = {"Range": wanted} if wanted else {}
            answers = []
            for app in (StaticFiles(folder), werkzeugs(folder)):
                call(app)
                if condition:
                    fields["If_Range"] = condition.format(
                        tag=call.fields["ETag"],
                        date=http_date(MODIFIED),
                        earlier=http_date(MODIFIED - 1),
                    )
                body, status = call(app, method=method, **fields)
                names = ("Content-Range", "Content-Length", "Last-Modified", "Accept-Ranges")
                got = {name: call.fields.get(name) for name in names}
                if status == 200:
                    got["Accept-Ranges"] = "bytes"  # which Werkzeug says only of a part
                answers.append((status, body, got))
        assert answers[0] == answers[1]


@contextlib.contextmanager
def made_folder():
    """A folder with a file of 100 bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "menu.txt").write_bytes(b"0123456789" * 10)
        os.utime(folder / "menu.txt", (MODIFIED, MODIFIED))
        yield folder


def digits(field):
    return "".join(c if c.isdigit() else " " for c in field).split()


def expected(theirs: Range):
    """What a range that Werkzeug has read is for 100 bytes, as `wanted_ranges` has it."""
    if theirs.units != "bytes":
        return None
    start, end = theirs.ranges[0]
    if start < 0:
        return [(max(0, 100 + start), 100)]
    end = 100 if end is None else min(end, 100)
    return [(start, end)] if start < end else []


def werkzeugs(folder):
    """Werkzeug's own way to send a file of a folder."""

    def app(environ, start_response):
        name = environ["PATH_INFO"].lstrip("/")
        return send_from_directory(folder, name, environ)(environ, start_response)

    return app


class TestLargeFiles:
    SIZE = 64 * 1024 * 1024

    @pytest.fixture
    def film(self, folder):
        """A large file, of which the disk holds next to nothing."""
        with (folder / "film.mp4").open("wb") as file:
            file.truncate(self.SIZE)
            file.seek(self.SIZE - 4)
            file.write(b"last")
        return "/film.mp4"

    @pytest.mark.parametrize(
        ("field", "size", "end"),
        [
            ("A: b", SIZE, b"last"),
            ("Range: bytes=1-", SIZE - 1, b"last"),
            ("Range: bytes=5-40000004", 40_000_000, b"\0"),
        ],
    )
    def test_memory_is_bounded(self, serve, guest, folder, film, field, size, end):
        one = guest(serve(StaticFiles(folder)))
        buffer = bytearray(65_536)
        tracemalloc.start()
        try:
            one.send(f"GET {film} HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n".encode())
            _, fields = one.read_head()
            assert int(fields["content-length"]) == size
            got = 0
            while got < size:
                count = one.file.readinto(memoryview(buffer)[: min(len(buffer), size - got)])
                assert count, "the connection ended too soon"
                got += count
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert bytes(buffer[:count]).endswith(end)
        assert peak < 2_000_000

    @pytest.mark.parametrize(
        "field", ["A: b", "Range: bytes=1-", "Range: bytes=0-9999999,20000000-"]
    )
    def test_a_guest_who_leaves_half_way(self, serve, folder, film, field):
        opened = []

        class Watched(io.FileIO):
            def __init__(self, path, mode="r"):
                super().__init__(path, mode.replace("b", ""))
                opened.append(self)

        with patch("bistro.static.open", Watched, create=True):
            address = serve(StaticFiles(folder)).address
            with socket.create_connection(address, timeout=5) as guest:
                guest.sendall(f"GET {film} HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n".encode())
                assert guest.recv(100_000).startswith(b"HTTP/1.1 20")
                assert not opened[0].closed
            wait_until(lambda: opened[0].closed)
        assert len(opened) == 1

    def test_a_file_that_shrinks_ends_the_connection(self, serve, guest, folder, film):
        one = guest(serve(StaticFiles(folder)))
        one.send(f"GET {film} HTTP/1.1\r\nHost: h\r\nRange: bytes=0-\r\n\r\n".encode())
        one.read_head()
        os.truncate(folder / "film.mp4", 10)
        assert len(one.file.read()) < self.SIZE


def test_a_compressed_file_reaches_a_client_as_it_was(serve, folder):
    """A client that decodes gets the file's own bytes; a cache is told that there are two."""
    plain = "".join(random.Random(9).choices("abc {}:;\n", k=50_000)).encode()
    (folder / "site.css").write_bytes(plain)
    (folder / "site.css.gz").write_bytes(gzip.compress(plain))
    host, port = serve(StaticFiles(folder)).address
    answer = requests.get(f"http://{host}:{port}/site.css", timeout=5)
    assert answer.content == plain
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) < len(plain)
    plainly = requests.get(
        f"http://{host}:{port}/site.css", headers={"Accept-Encoding": "identity"}, timeout=5
    )
    assert plainly.content == plain
    assert plainly.headers["ETag"] != answer.headers["ETag"]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.text(
        st.characters(codec="utf-8", exclude_characters="/\\:\0", exclude_categories=["Cc"]),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_every_name_has_a_url_that_leads_to_it(site, folder, name):
    """What `static_url` gives for a file is a URL at which that file is."""
    try:
        (folder / name).write_bytes(name.encode())
    except OSError:
        return
    client = TestApp(lint(validator(site)))
    answer = client.get(f"/url/{quote(name)}", expect_errors=True)
    if answer.status_int == 500:
        with pytest.raises(HTTPError):
            StaticFiles(folder).locate(name)
        return
    got = client.get(answer.text)
    assert got.body == name.encode()
    assert got.headers["Cache-Control"].endswith("immutable")
