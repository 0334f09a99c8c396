"""Step 9.7: the answer."""

import gzip
import io
import os
import re
from email import message_from_bytes
from wsgiref.validate import validator

import pytest

from bistro.app import App
from bistro.static import StaticFiles, is_outdated, static_url

MODIFIED = 784_111_777
MODIFIED_TEXT = "Sun, 06 Nov 1994 08:49:37 GMT"
EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"


class Answer:
    """A response as a client has it: status, fields, body."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = dict(fields)
        self.body = body


@pytest.fixture
def visit(folder):
    """`visit(path, field=…)` asks for a file, as a server does that keeps PEP 3333."""
    os.utime(folder / "menu.txt", (MODIFIED, MODIFIED))
    site = StaticFiles(folder)

    def ask(path="/menu.txt", method="GET", query="", app=site, **fields):
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "bistro", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        environ.update({f"HTTP_{name.upper()}": value for name, value in fields.items()})
        got = []

        def start_response(status, fields, exc_info=None):
            got[:] = [int(status[:3]), fields]
            return lambda data: None

        body = validator(app)(environ, start_response)
        try:
            return Answer(*got, b"".join(body))
        finally:
            body.close()

    return ask


def test_a_file(visit, files):
    """A file comes whole, with its type, its length, its validators, and how long it is good."""
    answer = visit()
    assert (answer.status, answer.body) == (200, b"0123456789")
    etag = answer.fields.pop("ETag")
    assert re.fullmatch('"[^"]+"', etag)
    assert answer.fields == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": "10",
        "Last-Modified": MODIFIED_TEXT,
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }


def test_head(visit):
    """HEAD gets the fields of GET, and no body."""
    answer = visit(method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.fields == visit().fields
    assert visit(method="HEAD", Range="bytes=2-3").fields["Content-Range"] == "bytes 2-3/10"


def test_not_modified(visit):
    """A client that has the file already is told so: no body, and what it needs to keep it."""
    etag = visit().fields["ETag"]
    for fields in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", W/{etag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": MODIFIED_TEXT},
        {"If_Modified_Since": LATER},
        {"If_None_Match": etag, "If_Modified_Since": EARLIER},
        {"If_None_Match": etag, "Range": "bytes=0-3"},
        {"If_None_Match": etag, "Range": "bytes=20-"},
    ):
        answer = visit(**fields)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.fields == {
            "ETag": etag,
            "Last-Modified": MODIFIED_TEXT,
            "Cache-Control": "no-cache",
        }


def test_modified(visit):
    """A client that has another file gets this one; a tag decides alone."""
    for fields in (
        {"If_None_Match": '"other"'},
        {"If_Modified_Since": EARLIER},
        {"If_None_Match": '"other"', "If_Modified_Since": LATER},
        {"If_Modified_Since": "tomorrow"},
    ):
        assert visit(**fields).status == 200


def test_a_part(visit):
    """A part comes as 206, with the fields of the whole, and says which bytes of how many it is."""
    answer = visit(Range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")
    part = {"Content-Range": "bytes 2-4/10", "Content-Length": "3"}
    assert answer.fields == {**visit().fields, **part}


def test_several_parts(visit):
    """Several parts come as one body of type multipart/byteranges, each with its own range."""
    answer = visit(Range="bytes=0-1,-3")
    assert answer.status == 206
    assert "Content-Range" not in answer.fields
    assert int(answer.fields["Content-Length"]) == len(answer.body)
    head = f"Content-Type: {answer.fields['Content-Type']}\r\n\r\n".encode()
    message = message_from_bytes(head + answer.body)
    assert message.get_content_type() == "multipart/byteranges"
    assert [(part["Content-Range"], part.get_payload()) for part in message.get_payload()] == [
        ("bytes 0-1/10", "01"),
        ("bytes 7-9/10", "789"),
    ]
    assert {part["Content-Type"] for part in message.get_payload()} == {"text/plain; charset=utf-8"}


def test_no_such_part(visit):
    """A part that the file has not is 416, with the file's size."""
    answer = visit(Range="bytes=10-")
    assert answer.status == 416
    assert answer.fields["Content-Range"] == "bytes */10"


def test_a_part_of_what_the_client_has(visit):
    """With If-Range a client gets the missing part of the same file, or the whole of another."""
    etag = visit().fields["ETag"]
    assert visit(Range="bytes=4-", If_Range=etag).body == b"456789"
    answer = visit(Range="bytes=4-", If_Range='"other"')
    assert (answer.status, answer.body) == (200, b"0123456789")


def test_is_outdated_by_its_tag(asking, opened, folder):
    """If-Match asks for the file only as it was: by a strong tag of a list, or `*` for any."""
    found = opened(str(folder / "menu.txt"))
    for wanted in (found.etag, f'"other", {found.etag}', "*", " * "):
        assert is_outdated(asking(If_Match=wanted), found) is False
    for wanted in ('"other"', f"W/{found.etag}", "", found.etag.strip('"'), '"*"'):
        assert is_outdated(asking(If_Match=wanted), found) is True
    assert is_outdated(asking(), found) is False


def test_is_outdated_by_its_date(asking, opened, folder):
    """If-Unmodified-Since asks for the file only if it is no newer; what is no date is ignored."""
    os.utime(folder / "menu.txt", (MODIFIED, MODIFIED))
    found = opened(str(folder / "menu.txt"))
    for date in (MODIFIED_TEXT, LATER, "yesterday", ""):
        assert is_outdated(asking(If_Unmodified_Since=date), found) is False
    assert is_outdated(asking(If_Unmodified_Since=EARLIER), found) is True
    assert is_outdated(asking(If_Match=found.etag, If_Unmodified_Since=EARLIER), found) is False, (
        "If-Match decides alone"
    )
    assert is_outdated(asking(If_Match='"other"', If_Unmodified_Since=LATER), found) is True


def test_outdated_comes_first(visit):
    """What the client wants only as it was is 412, even if it also is what the client has."""
    etag = visit().fields["ETag"]
    assert visit(If_Match='"other"').status == 412
    assert visit(If_Unmodified_Since=EARLIER).status == 412
    assert visit(If_Match='"other"', If_None_Match=etag).status == 412
    assert visit(If_Match='"other"', Range="bytes=20-").status == 412
    assert visit(If_Match=etag, Range="bytes=0-1").status == 206


def test_a_compressed_file(visit, folder):
    """A compressed file says its coding, has the type of what is in it, and its own tag."""
    plain = (folder / "site.css").read_bytes()
    (folder / "site.css.gz").write_bytes(gzip.compress(plain))
    whole = visit("/site.css")
    assert "Content-Encoding" not in whole.fields
    assert whole.fields["Vary"] == "Accept-Encoding"
    small = visit("/site.css", Accept_Encoding="gzip")
    assert small.fields["Content-Encoding"] == "gzip"
    assert small.fields["Vary"] == "Accept-Encoding"
    assert small.fields["Content-Type"] == "text/css; charset=utf-8"
    assert gzip.decompress(small.body) == plain
    assert small.fields["ETag"] != whole.fields["ETag"]
    same = visit("/site.css", Accept_Encoding="gzip", If_None_Match=small.fields["ETag"])
    assert (same.status, same.fields["Vary"]) == (304, "Accept-Encoding")
    assert "Content-Encoding" not in same.fields
    part = visit("/site.css", Accept_Encoding="gzip", Range="bytes=0-1")
    assert (part.status, part.body) == (206, b"\x1f\x8b")
    assert part.fields["Content-Encoding"] == "gzip"
    parts = visit("/site.css", Accept_Encoding="gzip", Range="bytes=0-1,-1")
    assert (parts.status, parts.fields["Content-Encoding"]) == (206, "gzip")
    assert parts.fields["X-Content-Type-Options"] == "nosniff"


def test_a_version(visit, files):
    """A URL with the file's version is good for ever, also in a 304."""
    query = f"v={files.version('menu.txt')}"
    for_ever = "public, max-age=31536000, immutable"
    assert visit(query=query).fields["Cache-Control"] == for_ever
    assert visit(query=query, If_None_Match="*").fields["Cache-Control"] == for_ever


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"method": "HEAD"}, 200),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": "*", "method": "HEAD"}, 304),
        ({"If_Match": '"x"'}, 412),
        ({"Range": "bytes=1-2"}, 206),
        ({"Range": "bytes=1-2,4-5"}, 206),
        ({"Range": "bytes=20-"}, 416),
    ],
)
def test_the_file_is_closed(visit, opens, fields, status):
    """Whatever the answer is, no file is left open when it is over."""
    assert visit(**fields).status == status
    assert opens
    assert all(file.closed for file in opens)


def test_other_methods(visit):
    """A file can be read, nothing else; which methods there are says Allow."""
    assert visit().status == 200
    for method, status in (("POST", 405), ("DELETE", 405), ("OPTIONS", 204)):
        answer = visit(method=method)
        assert answer.status == status
        assert answer.fields["Allow"] == "GET, HEAD, OPTIONS"


def test_no_way_out(visit):
    """What is not a name of a file in the directory is 404."""
    for path in [
        "/../secret.txt",
        "//etc/passwd",
        "/fish/../../secret.txt",
        "/..\\secret.txt",
        "/%2e%2e/secret.txt",
        "/menu.txt\0",
        "/\xff",
        "/",
        "/fish",
        "/nothing",
    ]:
        assert visit().status == 200
        assert visit(path).status == 404


def test_an_index(visit, folder):
    """With an index, a path that ends with a slash stands for the file of that name."""
    site = StaticFiles(folder, index="index.html")
    (folder / "index.html").write_bytes(b"home")
    (folder / "fish" / "index.html").write_bytes(b"fish")
    assert visit("/", app=site).body == b"home"
    assert visit("/fish/", app=site).body == b"fish"
    assert visit("/fish", app=site).status == 404
    assert visit("/menu.txt/", app=site).status == 404
    assert visit("/").status == 404


def test_in_an_application(visit, folder):
    """Mounted in an application, files are below its prefix, and it has the page for errors."""
    (folder / "crème.txt").write_bytes(b"brulee")
    app = App()
    app.mount("/static", StaticFiles(folder))
    app.get("/")(lambda request: static_url(request, "crème.txt"))
    app.error(404)(lambda request, error: "Not on the wall.")
    path, _, query = visit("/", app=app).body.decode().partition("?")
    assert path == "/static/cr%C3%A8me.txt"
    answer = visit("/static/cr\xc3\xa8me.txt", query=query, app=app)
    assert answer.body == b"brulee"
    assert answer.fields["Cache-Control"].endswith("immutable")
    answer = visit("/static/../secret.txt", app=app)
    assert (answer.status, answer.body) == (404, b"Not on the wall.")
    assert visit("/static/menu.txt", app=app, Range="bytes=20-").fields["Content-Range"]


def test_what_is_no_directory(visit, folder):
    """Files can be served from a directory that is there, and from nothing else."""
    assert visit(app=StaticFiles(str(folder))).status == 200
    with pytest.raises(ValueError, match="nothing"):
        StaticFiles(folder / "nothing")
    with pytest.raises(ValueError, match="menu"):
        StaticFiles(folder / "menu.txt")
