"""Step 12.7: pages."""

from types import SimpleNamespace

import pytest

from bistro.app import App
from bistro.request import Request
from bistro.static import StaticFiles
from bistro.templates import rendering
from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateNotFound
from bistro.templates.loaders import DictLoader
from bistro.templates.rendering import CHUNK, Templates, in_chunks


@pytest.fixture
def templates():
    """`templates(processors, **texts)`: Templates with these texts."""

    def make(processors=(), **texts):
        return Templates(context_processors=processors, environment=Environment(DictLoader(texts)))

    return make


@pytest.fixture
def asked():
    """Ask an application for a path; gives status, fields and an iterator of the body's pieces."""

    def ask(app, path, method="GET"):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.url_scheme": "http"}
        environ |= {"SERVER_NAME": "here", "SERVER_PORT": "80"}
        began = []
        body = app(environ, lambda status, fields, info=None: began.append((status, dict(fields))))
        return *began[0], iter(body)

    return ask


def test_what_a_page_sees(templates):
    """A page sees the request, and the values that it is given."""
    request = Request({"REQUEST_METHOD": "GET", "PATH_INFO": "/soup"})
    page = templates(page="{{ request.path }} {{ dish }}").render(request, "page", dish="B&B")
    assert (page.status, page.body) == (200, "/soup B&amp;B")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_context_processors(templates):
    """Context processors are given the request, in their order; the page's own values win."""
    seen = []

    def first(request):
        seen.append(request)
        return {"a": 1, "b": 1, "c": 1}

    request = SimpleNamespace()
    pages = templates([first, lambda request: {"b": 2, "c": 2}], page="{{ a }}{{ b }}{{ c }}")
    assert pages.render(request, "page", c=3).body == "123"
    assert seen == [request]


def test_all_that_is_known(templates):
    """`context` is a new dict each time, and leaves what it is given alone."""
    pages = templates([lambda request: {"a": 1}])
    given = {"b": 2}
    request = object()
    values = pages.context(request, given)
    assert values == {"request": request, "a": 1, "b": 2}
    values["c"] = 3
    assert given == {"b": 2}
    assert pages.context(request, given) == {"request": request, "a": 1, "b": 2}


def test_the_request_may_be_replaced(templates):
    """Even `request` may be given another value; without an application there are no URLs."""
    assert templates().context(None, {"request": 1}) == {"request": 1}


def test_the_later_over_the_earlier(templates):
    """The application's values win over what was there before, and these templates' over those."""
    app = {"request": "app", "url_for": "app", "a": "app"}
    request = SimpleNamespace(url_for="own", context=app)
    values = templates().context(request, {})
    assert (values["request"], values["url_for"], values["a"]) == ("app", "app", "app")
    values = templates([lambda request: {"request": "ours", "a": "ours"}]).context(request, {})
    assert (values["request"], values["url_for"], values["a"]) == ("ours", "app", "ours")


def test_in_an_application(templates, asked, tmp_path):
    """In an application a page makes URLs, and sees what the application's processors give."""
    (tmp_path / "site.css").write_text("h1 {}")
    pages = templates(
        [lambda request: {"b": "templates"}],
        page="{{ url_for('dish', number=3) }} {{ static_url('site.css') }} "
        "{{ static_url('site.css', 'files') }} {{ a }} {{ b }}",
    )
    app = App()
    app.context_processor(lambda request: {"a": "app", "b": "app"})
    app.mount("/static", StaticFiles(tmp_path))
    app.mount("/files", StaticFiles(tmp_path), name="files")
    app.get("/dishes/<int:number>", name="dish")(
        lambda request, number: pages.render(request, "page")
    )
    status, _, body = asked(app, "/dishes/1")
    dish, static, files, a, b = b"".join(body).decode().split()
    assert (status, dish, a, b) == ("200 OK", "/dishes/3", "app", "templates")
    assert static.startswith("/static/site.css?v=")
    assert files.startswith("/files/site.css?v=")


def test_another_status(templates):
    """A page may have another status, further fields, and another type."""
    page = templates(feed="<a>{{ x }}</a>").render(
        None, "feed", status=404, headers={"X-Cup": "tea"}, content_type="text/xml", x="<"
    )
    assert (page.status, page.headers["X-Cup"], page.body) == (404, "tea", "<a>&lt;</a>")
    assert page.headers["Content-Type"] == "text/xml"


def test_no_such_page(templates):
    """A page that is not there, or fails, is an error before anything is sent."""
    pages = templates(page="{{ 1 / n }}")
    with pytest.raises(TemplateNotFound):
        pages.render(None, "nothing")
    with pytest.raises(ZeroDivisionError):
        pages.render(None, "page", n=0)


def test_pieces_become_chunks():
    """Small pieces are put together, until they are CHUNK characters or more."""
    piece = "x" * (CHUNK // 4)
    assert [len(chunk) for chunk in in_chunks([piece] * 10)] == [CHUNK, CHUNK, CHUNK // 2]
    assert [len(chunk) for chunk in in_chunks([piece] * 8)] == [CHUNK, CHUNK]
    assert list(in_chunks(["a", "b" * CHUNK, "c", "d"])) == ["a" + "b" * CHUNK, "cd"]
    assert [len(chunk) for chunk in in_chunks(["é" * (CHUNK // 2)] * 3)] == [CHUNK, CHUNK // 2]


def test_many_small_pieces():
    """A hundred thousand pieces of a letter each take no longer than they must."""
    assert "".join(in_chunks("x" * 100_000)) == "x" * 100_000


def test_a_guest_who_leaves():
    """When nobody wants the rest, nothing more is asked for, and that is no error."""
    pieces = iter(["x" * CHUNK, "more", "x" * CHUNK])
    chunks = in_chunks(pieces)
    assert next(chunks) == "x" * CHUNK
    chunks.close()
    assert next(pieces) == "more"


def test_no_empty_chunk():
    """No chunk is empty: an empty page has none."""
    assert list(in_chunks([])) == []
    assert list(in_chunks(["", ""])) == []
    assert list(in_chunks(iter(["a", "", "b"]))) == ["ab"]


def test_a_chunk_is_not_late(monkeypatch):
    """A chunk is given as soon as it is long enough, before another piece is asked for."""
    monkeypatch.setattr(rendering, "CHUNK", 3)
    asked = []

    def pieces():
        for number in range(10):
            asked.append(number)
            yield str(number)

    chunks = in_chunks(pieces())
    assert next(chunks) == "012"
    assert asked == [0, 1, 2]
    assert next(chunks) == "345"
    assert list(chunks) == ["678", "9"]


def test_a_page_that_is_streamed(templates, asked):
    """A streamed page begins before its last row is there, and is complete."""
    made = []

    def rows():
        for number in range(1000):
            made.append(number)
            yield number

    row = "{% for row in rows %}{{ row }}" + "x" * 100 + "\n{% endfor %}end"
    pages = templates(page=row)
    app = App()
    app.get("/")(lambda request: pages.stream(request, "page", rows=rows()))
    status, fields, body = asked(app, "/")
    first = next(body)
    assert (status, fields["Content-Type"]) == ("200 OK", "text/html; charset=utf-8")
    assert CHUNK <= len(first) < 2 * CHUNK
    assert len(made) < 500
    whole = first + b"".join(body)
    assert whole.decode() == "".join(f"{n}{'x' * 100}\n" for n in range(1000)) + "end"


def test_an_error_cuts_it_short(templates):
    """An error after the first chunk comes to who asks for the next: the page ends there."""
    pages = templates(page="{% for row in rows %}{{ 1 / row }}{{ 'x' * 20000 }}{% endfor %}")
    chunks = iter(pages.stream(None, "page", rows=[1, 0]).body)
    assert len(next(chunks)) > 20000
    with pytest.raises(ZeroDivisionError):
        next(chunks)
