"""Step 8.6: applications of others answer behind a prefix."""

from wsgiref.simple_server import demo_app
from wsgiref.validate import validator

import pytest

from bistro.app import App, below, run_wsgi
from bistro.errors import HTTPError

TEXT = ("Content-Type", "text/plain")


class Meal:
    """What an application returns: pieces, some of them errors to raise, and a close()."""

    def __init__(self, *pieces, first=lambda: None):
        self.pieces = iter(pieces)
        self.first = first
        self.asked = 0
        self.closed = 0

    def __iter__(self):
        return self

    def __next__(self):
        if not self.asked:
            self.first()
        self.asked += 1
        piece = next(self.pieces)
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def close(self):
        self.closed += 1


def serving(result, status="200 OK", *fields):
    """An application that answers at once, and returns `result`."""

    def application(environ, start_response):
        start_response(status, [TEXT, *fields])
        return result

    return application


def slow(meal, status="200 OK"):
    """An application that answers only when the first piece of `meal` is asked for."""

    def application(environ, start_response):
        meal.first = lambda: start_response(status, [TEXT])
        return meal

    return application


@pytest.mark.parametrize(
    ("path", "depth", "script", "rest"),
    [
        ("/shop/cart", 1, "/shop", "/cart"),
        ("/shop/cart/7", 1, "/shop", "/cart/7"),
        ("/shop/cart/7", 2, "/shop/cart", "/7"),
        ("/shop", 1, "/shop", ""),
        ("/shop/", 1, "/shop", "/"),
        ("/shop//cart", 1, "/shop", "//cart"),
        ("/shop", 0, "", "/shop"),
        ("", 0, "", "/"),
        ("/caf\xc3\xa9/menu", 1, "/caf\xc3\xa9", "/menu"),
    ],
)
def test_the_prefix_moves(environ, path, depth, script, rest):
    """The segments of the prefix go from PATH_INFO to SCRIPT_NAME, and nothing else does."""
    moved = below({**environ(), "PATH_INFO": path}, depth)
    assert (moved["SCRIPT_NAME"], moved["PATH_INFO"]) == (script, rest)


def test_prefixes_add_up(environ):
    """What SCRIPT_NAME had stays in front, and where it was missing it is as if it were empty."""
    first = below(environ("/shop/cart/7"), 1)
    second = below(first, 1)
    assert (second["SCRIPT_NAME"], second["PATH_INFO"]) == ("/shop/cart", "/7")
    bare = below({"PATH_INFO": "/shop/cart"}, 1)
    assert (bare["SCRIPT_NAME"], bare["PATH_INFO"]) == ("/shop", "/cart")


def test_the_environ_is_another_one(environ):
    """The application gets an environ of its own, with all else in it and `bistro.mounted`."""
    given = environ("/shop/cart", HTTP_X_TABLE="7")
    before = dict(given)
    moved = below(given, 1)
    assert moved["HTTP_X_TABLE"] == "7"
    assert moved["wsgi.input"] is given["wsgi.input"]
    assert moved["bistro.mounted"] is True
    moved["HTTP_X_TABLE"] = "8"
    assert given == before


def test_the_response_is_handed_on(environ, sent):
    """Status line, fields and body of an application are the response's, to the letter."""
    body = [b"so", b"up"]
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    response = run_wsgi(serving(body, "200 Bon appetit", *cookies), environ())
    assert response.status == 200
    assert response.body is body
    answer = sent(response)
    assert (answer.line, answer.body) == ("200 Bon appetit", b"soup")
    assert answer.fields == [TEXT, *cookies]


def test_the_environ_reaches_it(environ):
    """The application is called once, with the environ."""
    seen = []

    def application(environ, start_response):
        seen.append(environ)
        start_response("204 No Content", [])
        return []

    given = environ("/menu")
    assert run_wsgi(application, given).status == 204
    assert seen == [given]


def test_a_body_is_not_read(environ):
    """A body that has begun is not touched: it may be long, or come slowly."""
    meal = Meal(b"soup", b"trout")
    response = run_wsgi(serving(meal), environ())
    assert meal.asked == 0
    assert response.body is meal


def test_a_late_start_takes_one_piece(environ, sent):
    """An application that starts with its first piece is asked for that one alone; none is lost."""
    meal = Meal(b"soup ", b"trout ", b"tart")
    response = run_wsgi(slow(meal, "203 From Elsewhere"), environ())
    assert meal.asked == 1
    answer = sent(response)
    assert (answer.line, answer.body) == ("203 From Elsewhere", b"soup trout tart")
    assert meal.closed == 1
    meal = Meal(b"", b"soup")
    run_wsgi(slow(meal), environ())
    assert meal.asked == 1


def test_a_body_is_begun_once(environ, sent):
    """What was asked for its first piece goes on from there, and is not begun anew."""

    class Kitchen:
        def __init__(self, environ, start_response):
            self.start = start_response

        def __iter__(self):
            self.start("200 OK", [TEXT])
            yield b"soup "
            yield b"trout"

    assert sent(run_wsgi(Kitchen, environ())).body == b"soup trout"


def test_a_generator_may_be_an_application(environ, sent):
    """A generator function is an application that starts late, with pieces or without."""

    def application(environ, start_response):
        start_response("200 OK", [TEXT])
        yield from pieces

    for pieces in ([b"so", b"up"], [b""], []):
        assert sent(run_wsgi(application, environ())).body == b"".join(pieces)


def test_what_was_written_comes_first(environ, sent):
    """What an application gives to write comes before what it returns."""

    def application(environ, start_response):
        write = start_response("200 OK", [TEXT])
        write(b"soup ")
        write(b"trout ")
        return meal

    meal = Meal(b"tart")
    assert sent(run_wsgi(application, environ())).body == b"soup trout tart"
    assert meal.closed == 1


def test_an_application_may_change_its_mind(environ, sent):
    """Before the response is returned, a second start_response takes the place of the first."""

    def application(environ, start_response):
        start_response("200 OK", [TEXT])
        try:
            raise KeyError("soup")
        except KeyError as error:
            start_response("500 Oh", [TEXT], (KeyError, error, None))
        return [b"sorry"]

    answer = sent(run_wsgi(application, environ()))
    assert (answer.line, answer.fields) == ("500 Oh", [TEXT])

    def undecided(environ, start_response):
        start_response("200 OK", [TEXT])
        start_response("202 Later", [TEXT])
        return [b"soup"]

    assert sent(run_wsgi(undecided, environ())).line == "202 Later"


def test_later_it_may_not(environ):
    """After that it gets its own error back, or a RuntimeError, as it does for write."""
    kept = []

    def application(environ, start_response):
        kept.extend([start_response, start_response("200 OK", [TEXT])])
        return [b"soup"]

    response = run_wsgi(application, environ())
    start_response, write = kept
    error = KeyError("soup")
    with pytest.raises(KeyError) as caught:
        start_response("500 Oh", [TEXT], (KeyError, error, None))
    assert caught.value is error
    for arguments in (("500 Oh", [TEXT]), ("500 Oh", [TEXT], None), ("500 Oh", [], (None,) * 3)):
        with pytest.raises(RuntimeError):
            start_response(*arguments)
    with pytest.raises(RuntimeError):
        write(b"trout")
    assert (response.status, response.body) == (200, [b"soup"])


@pytest.mark.parametrize("pieces", [(), (b"soup",), (b"", b"soup")])
def test_who_never_starts_has_failed(environ, pieces):
    """An application that has not called start_response with its first piece is a RuntimeError."""
    meal = Meal(*pieces)
    with pytest.raises(RuntimeError):
        run_wsgi(lambda environ, start_response: meal, environ())
    assert (meal.asked, meal.closed) == (1, 1)
    with pytest.raises(RuntimeError):
        run_wsgi(lambda environ, start_response: list(pieces), environ())


def test_whatever_fails_is_closed(environ):
    """What an application returned is closed when its first piece fails, or its status is none."""
    for error in (ValueError("burnt"), SystemExit("closed")):
        meal = Meal(error)
        with pytest.raises(type(error)):
            run_wsgi(slow(meal), environ())
        assert meal.closed == 1
    for status in ("OK", "", "99 Low", "101 Switching Protocols"):
        meal = Meal(b"soup")
        with pytest.raises(ValueError):  # noqa: PT011 - the message is free
            run_wsgi(serving(meal, status), environ())
        assert meal.closed == 1


def test_an_error_of_the_application_comes_through(environ):
    """What the application itself raises is raised: the mount answers for it."""

    def application(environ, start_response):
        raise KeyError("soup")

    with pytest.raises(KeyError):
        run_wsgi(application, environ())


def test_a_mount_answers_for_its_prefix(visit):
    """Applications mounted on ours see their own paths, and may be applications of ours."""
    inner, app = App(), App()
    inner.get("/")(lambda request: request.url_for("table", number=7))
    inner.get("/<int:number>", name="table")(lambda request, number: f"table {number}")
    inner.error(404)(lambda request, error: f"no table at {request.path}")
    app.error(404)(lambda request, error: "no such page")
    app.mount("/tables", inner, name="tables")
    app.mount("/demo", validator(demo_app), name="demo")
    assert visit(app, "/tables/7").text == "table 7"
    assert visit(app, "/tables/").text == "/tables/7"
    assert visit(app, "/tables").text == "/tables/7"
    assert visit(app, "/tables/soup").text == "no table at /soup"
    assert visit(app, "/tablesoup").text == "no such page"
    assert "PATH_INFO = '/caf\xc3\xa9'" in visit(app, "/demo/café").text


def test_middleware_lies_around_a_mount(visit):
    """The middleware of an application sees the responses of mounted ones, and may change them."""
    app = App()
    app.mount("/plain", serving([b"soup"], "200 Bon appetit"), name="plain")

    @app.middleware
    def finish(request, next):
        response = next(request)
        response.headers["X-Table"] = "7"
        if "new" in request.query:
            response.status = 203
        if "sold" in request.query:
            response.body = "sold out"
        return response

    answer = visit(app, "/plain")
    assert (answer.line, answer["X-Table"], answer.body) == ("200 Bon appetit", "7", b"soup")
    answer = visit(app, "/plain?new")
    assert (answer.line, answer.body) == ("203 Non-Authoritative Information", b"soup")
    assert visit(app, "/plain?sold").body == b"sold out"


def test_a_mounted_application_may_fail(visit, caplog):
    """One that fails or breaks the rules is a 500 of ours; its HTTPError is answered as such."""
    app = App()

    def application(environ, start_response):
        raise HTTPError(404) if environ["PATH_INFO"] == "/gone" else KeyError("soup")

    app.mount("/broken", application, name="broken")
    app.mount("/mute", lambda environ, start_response: [b"soup"], name="mute")
    app.error(404)(lambda request, error: "no such page")
    assert visit(app, "/broken/gone").text == "no such page"
    assert visit(app, "/broken").status == 500
    assert visit(app, "/mute").status == 500
    assert [record.exc_info[0] for record in caplog.records] == [KeyError, RuntimeError]
