"""Applications beyond the course: on three servers, many guests at once, hostile guests.

Every answer of the site below passes `wsgiref.validate` and `webtest.lint`.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import logging
import re
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from webtest import TestApp
from webtest.lint import middleware as lint

from bistro.app import App, View, find_error_handler, to_response
from bistro.debug import MAX_CALLS
from bistro.errors import HTTPError, abort
from bistro.logs import JSONFormatter, log_requests, request_id
from bistro.response import Response, redirect
from bistro.routing import Router

SITE = """
from bistro.app import App, View
from bistro.errors import abort
from bistro.logs import log_requests
from bistro.response import Response, redirect
from bistro.routing import Router


def elsewhere(environ, start_response):
    start_response("200 Fine", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
    yield environ["SCRIPT_NAME"].encode()


def make():
    app, staff = App(), Router()
    app.middleware(log_requests)
    app.get("/")(lambda request: "welcome")
    app.get("/id", name="id")(lambda request: request.id)
    app.get("/json", name="json")(lambda request: {"dish": "crème"})
    app.get("/nothing", name="nothing")(lambda request: None)
    app.get("/stream", name="stream")(lambda request: (str(n) for n in range(1000)))
    app.get("/dishes/<name>", name="dish")(lambda request, name: name)
    app.get("/slash/", name="slash")(lambda request: "slash")
    app.post("/form", name="form")(lambda request: redirect(f"/dishes/{request.form['dish']}", 303))
    app.get("/broken", name="broken")(lambda request: {}["the secret"])
    app.get("/odd", name="odd")(lambda request: "\\udcff")
    app.get("/odd-status", name="odd-status")(lambda request: ("soup", 2000))
    app.get("/odd-field", name="odd-field")(lambda request: ("soup", 200, {"X": "1\\r\\nY: 2"}))

    @app.post("/upload")
    def upload(request):
        file = request.files["file"]
        return {"name": file.filename, "size": file.size}

    @app.route("/class")
    class Class(View):
        def get(self, request):
            return "get"

        def put(self, request):
            return "put", 201

    @app.before_request
    def closed(request):
        if "closed" in request.query:
            return "closed", 503

    @app.after_request
    def finish(request, response):
        response.headers["X-Finished"] = "yes"

    @staff.error(404)
    def missing(request, error):
        return "not in the staff's room"

    staff.get("/", name="index")(lambda request: request.url_for("staff.index"))
    app.mount("/staff", staff, name="staff")
    app.mount("/elsewhere", elsewhere, name="elsewhere")
    return app


app = make()
"""


def divide(request):
    """Fails far from the `SECRETS`, because the page shows the lines around."""
    return 1 / 0


def make_site():
    """The application of `SITE`."""
    namespace = {}
    exec(SITE, namespace)
    return namespace["app"]


@pytest.fixture
def site():
    return TestApp(lint(validator(make_site())))


def environ_for(path="/", method="GET", **variables):
    environ = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    return {**environ, **variables}


def call(app, *arguments, **variables):
    """The status and the text of one answer."""
    seen = []

    def start_response(line, fields, exc_info=None):
        seen[:] = [int(line[:3])]

    body = app(environ_for(*arguments, **variables), start_response)
    text = b"".join(body).decode()
    if hasattr(body, "close"):
        body.close()
    return seen[0], text


class TestBothLints:
    @pytest.mark.parametrize(
        ("path", "status", "text"),
        [
            ("/", 200, "welcome"),
            ("/json", 200, '{"dish":"crème"}'),
            ("/nothing", 204, ""),
            ("/stream", 200, "".join(map(str, range(1000)))),
            ("/dishes/cr%C3%A8me", 200, "crème"),
            ("/dishes/%FF%2F", 404, None),
            ("/slash", 308, None),
            ("/nowhere", 404, None),
            ("/broken", 500, None),
            ("/odd", 500, None),
            ("/odd-status", 500, None),
            ("/odd-field", 500, None),
            ("/class", 200, "get"),
            ("/?closed", 503, "closed"),
            ("/staff/", 200, "/staff/"),
            ("/staff/x", 404, "not in the staff's room"),
            ("/staff", 308, None),
            ("/elsewhere/a/b", 200, "/elsewhere"),
            ("/elsewhere", 200, "/elsewhere"),
        ],
    )
    def test_get_and_head(self, site, path, status, text):
        answer = site.get(path, expect_errors=True)
        assert answer.status_int == status
        if text is not None:
            assert answer.body.decode() == text
        assert "secret" not in answer
        if not path.startswith("/elsewhere"):
            head = site.head(path, expect_errors=True)
            assert (head.status_int, head.body) == (status, b"")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    @pytest.mark.parametrize("path", ["/", "/json", "/class", "/nowhere", "/staff/", "/elsewhere"])
    def test_other_methods(self, site, path, method):
        answer = site.request(path, method=method, expect_errors=True)
        assert answer.status_int in (200, 201, 204, 404, 405)
        assert ("Allow" in answer.headers) is (
            answer.status_int == 405 or (method == "OPTIONS" and answer.status_int == 204)
        )

    def test_forms_and_uploads(self, site):
        answer = site.post("/form", {"dish": "soup"})
        assert (answer.status_int, answer.location) == (303, "/dishes/soup")
        files = [("file", "søup.png", b"x" * 200_000)]
        assert site.post("/upload", upload_files=files).json == {
            "name": "søup.png",
            "size": 200_000,
        }
        assert site.post("/upload", {"file": "text"}, expect_errors=True).status_int == 500

    def test_every_answer_has_passed_hooks_and_middleware(self, site):
        for path in ("/", "/nowhere", "/broken", "/slash", "/?closed", "/elsewhere"):
            answer = site.get(path, expect_errors=True)
            assert answer.headers["X-Finished"] == "yes"
            assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])

    def test_a_body_that_cannot_be_sent_is_a_500(self, site, caplog):
        answer = site.get("/odd", expect_errors=True)
        assert answer.status_int == 500
        assert "Reference: " in answer
        assert caplog.records[-1].exc_info[0] is UnicodeEncodeError


class TestServers:
    """The same application, unchanged, over real sockets."""

    @pytest.fixture(params=["bistro", "waitress", "gunicorn"])
    def url(self, request, serve, tmp_path):
        with contextlib.ExitStack() as stack:
            yield "http://{}:{}".format(*getattr(self, request.param)(stack, serve, tmp_path))

    def bistro(self, stack, serve, tmp_path):
        return serve(make_site()).address

    def waitress(self, stack, serve, tmp_path):
        waitress = pytest.importorskip("waitress.server")
        server = waitress.create_server(make_site(), host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=self.until_closed, args=(server,), daemon=True)
        thread.start()
        stack.callback(thread.join, 5)
        stack.callback(server.close)
        return "127.0.0.1", server.effective_port

    @staticmethod
    def until_closed(server):
        with contextlib.suppress(OSError):  # its sockets are gone when it is closed
            server.run()

    def gunicorn(self, stack, serve, tmp_path):
        pytest.importorskip("gunicorn")
        if sys.platform == "win32":
            pytest.skip("gunicorn needs fork")
        (tmp_path / "site_module.py").write_text(SITE)
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c",
                 "import sys; sys.path[:0] = sys.argv.pop(1).split('|');"
                 "from gunicorn.app.wsgiapp import run; run()",
                 "|".join([str(tmp_path), *map(str, framework_paths())]),
                 "-b", "127.0.0.1:0", "--threads", "4", "site_module:app"],
                stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        stack.callback(process.kill)
        for line in process.stderr:
            if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
                return "127.0.0.1", int(found[1])
        raise AssertionError("gunicorn did not start")

    def test_it_answers(self, url):
        with requests.Session() as session:
            answer = session.get(f"{url}/")
            assert (answer.status_code, answer.text) == (200, "welcome")
            assert answer.headers["X-Request-ID"]
            assert session.get(f"{url}/json").json() == {"dish": "crème"}
            assert session.get(f"{url}/nothing").status_code == 204
            assert session.get(f"{url}/stream").text == "".join(map(str, range(1000)))
            assert session.get(f"{url}/dishes/cr%C3%A8me").text == "crème"
            assert session.get(f"{url}/nowhere").status_code == 404
            assert session.get(f"{url}/broken").status_code == 500
            assert session.get(f"{url}/odd").status_code == 500
            assert session.head(f"{url}/").headers["Content-Length"] == "7"
            assert session.options(f"{url}/").headers["Allow"] == "GET, HEAD, OPTIONS"
            assert session.put(f"{url}/class").status_code == 201
            assert session.get(f"{url}/slash?a=1").url == f"{url}/slash/?a=1"
            answer = session.get(f"{url}/elsewhere/a")
            assert (answer.text, answer.headers["X-Path"]) == ("/elsewhere", "/a")
            assert session.get(f"{url}/staff/x").text == "not in the staff's room"

    def test_it_reads(self, url):
        with requests.Session() as session:
            answer = session.post(f"{url}/form", {"dish": "leek tart"}, allow_redirects=False)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/dishes/leek%20tart")
            files = {"file": ("soup.png", b"x" * 1_000_000)}
            assert session.post(f"{url}/upload", files=files).json()["size"] == 1_000_000


def framework_paths():
    import bistro

    return [__import__("pathlib").Path(folder).parent for folder in bistro.__path__]


class TestManyAtOnce:
    def test_request_ids_do_not_mix(self, serve):
        app, logged = App(), []

        class Memory(logging.Handler):
            def emit(self, record):
                logged.append((request_id.get(), record.getMessage()))

        logger = logging.getLogger("test.kitchen")
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(Memory())
        app.middleware(log_requests)

        @app.get("/<int:number>")
        def kitchen(request, number):
            logger.info("%s", number)
            return {"number": number, "id": request.id}

        host, port = serve(app).address

        def guest(number):
            return requests.get(f"http://{host}:{port}/{number}", timeout=5)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(guest, range(200)))
        ids = set()
        for number, answer in enumerate(answers):
            assert answer.json() == {"number": number, "id": answer.headers["X-Request-ID"]}
            ids.add(answer.json()["id"])
        assert len(ids) == 200
        assert sorted(logged) == sorted(
            (answer.json()["id"], str(number)) for number, answer in enumerate(answers)
        )

    def test_first_requests_at_once(self):
        for _ in range(20):
            app, barrier = make_site(), threading.Barrier(8)

            def guest(number, app=app, barrier=barrier):
                barrier.wait(5)
                return call(app, f"/dishes/{number}")

            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(guest, range(8))) == [(200, str(n)) for n in range(8)]


class TestHostileGuests:
    @settings(max_examples=300, deadline=None)
    @given(
        path=st.text(st.characters(max_codepoint=255)),
        method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "EAT", "__init__"]),
        query=st.text(st.characters(max_codepoint=255), max_size=20),
        host=st.text(st.characters(max_codepoint=255), max_size=20),
        accept=st.text(st.sampled_from("text/htmljson*;q=0.1, application"), max_size=30),
    )
    def test_nothing_a_guest_says_is_a_500(self, path, method, query, host, accept):
        known = {"QUERY_STRING": query, "HTTP_HOST": host, "HTTP_ACCEPT": accept}
        for prefix in ("", "/", "/staff/", "/dishes/", "/elsewhere/", "/slash"):
            status, _ = call(self.app, prefix + path, method, **known)
            assert status in (200, 204, 308, 404, 405, 503), (status, prefix + path)

    app = make_site()

    @pytest.mark.parametrize(
        ("path", "location"),
        [
            ("//evil.example/slash", None),
            ("/slash", "/slash/"),
            ("/slash?next=//evil", "/slash/?next=//evil"),
            ("/slash?\r\nX: 1", "/slash/?%0D%0AX:%201"),
            ("/slash?caf\xc3\xa9", "/slash/?caf%C3%A9"),
        ],
    )
    def test_a_slash_redirect_stays_here(self, path, location):
        path, _, query = path.partition("?")
        request = self.app.request_class(environ_for(path, QUERY_STRING=query))
        response = self.app.respond(request)
        assert response.headers.get("Location") == location

    @pytest.mark.parametrize(
        "accept", ["text/html", "application/json", "application/problem+json"]
    )
    def test_messages_are_escaped(self, accept):
        app = App()
        app.get("/")(lambda request: abort(400, '<script>"\udcff'))
        status, text = call(app, HTTP_ACCEPT=accept)
        assert status == 400
        if "json" in accept:
            assert json.loads(text)["status"] == 400
        else:
            assert "<script" not in text

    def test_errors_are_problems_for_programs(self):
        site = TestApp(lint(validator(make_site())))
        answer = site.get("/nowhere", headers={"Accept": "application/json"}, expect_errors=True)
        assert answer.content_type == "application/problem+json"
        assert answer.json == {"status": 404, "title": "Not Found", "detail": ""}
        answer = site.post("/", headers={"Accept": "application/json"}, expect_errors=True)
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        browser = {"Accept": "text/html,application/json;q=0.9"}
        assert site.get("/nowhere", headers=browser, expect_errors=True).content_type == "text/html"

    def test_headers_of_an_error_that_cannot_be_sent(self, caplog):
        app = App()

        @app.get("/")
        def index(request):
            raise HTTPError(403, "no", {"X-Table": "7\r\nSet-Cookie: evil"})

        status, text = call(app)
        assert status == 500
        assert "Reference: " in text

    def test_a_limit_may_be_set_later(self):
        app = App()
        app.post("/")(lambda request: str(len(request.body)))
        body = {"CONTENT_LENGTH": "11", "wsgi.input": io.BytesIO(b"x" * 11)}
        assert call(app, method="POST", **body) == (200, "11")
        app.config["MAX_BODY"] = 10
        assert call(app, method="POST", **body)[0] == 413


SECRETS = {
    "QUERY_STRING": "token=s3cret",
    "HTTP_COOKIE": "session=s3cret",
    "HTTP_AUTHORIZATION": "Bearer s3cret",
    "HTTP_X_API_KEY": "s3cret",
    "HTTP_SIGNATURE": "s3cret",
    "HTTP_REFERER": "http://h/?s3cret",
    "HTTP_USER_AGENT": "<Firefox>",
    "HTTP_ACCEPT": "text/html",
}


class Circle(Exception):
    """An error that its own cause leads back to, and that can't be shown."""

    def __str__(self):
        raise ValueError("no")


class TestDebugPage:
    def page(self, raiser, **variables):
        app = App(debug=True)
        app.error(500)(lambda request, error: "kind words")
        app.get("/")(raiser)
        status, text = call(app, **variables)
        assert status == 500
        return text

    def test_it_shows_the_lines(self):
        def raiser(request):
            try:
                return {}["<soup>"]
            except KeyError as error:
                raise ValueError("<b>no soup</b>") from error

        page = self.page(raiser)
        assert "ValueError: &lt;b&gt;no soup&lt;/b&gt;" in page
        assert "because of KeyError: &#x27;&lt;soup&gt;&#x27;" in page
        assert "return {}[&quot;&lt;soup&gt;&quot;]" in page
        assert "test_app.py" in page
        assert "<b>" not in page
        assert "kind words" not in page

    def test_it_shows_no_lines_beyond_the_end_of_a_file(self, tmp_path):
        path = tmp_path / "three_lines.py"
        path.write_text("one = 1\n\nnone = 1 / 0", encoding="utf-8")
        code = compile(path.read_text(encoding="utf-8"), path, "exec")
        page = self.page(lambda request: exec(code, {}))
        shown = page.partition("three_lines.py, line 3")[2].partition("<pre>")[2]
        assert shown.startswith("    1  one = 1\n    2  \n<mark>    3  none = 1 / 0</mark></pre>")

    def test_it_hides_what_may_be_secret(self):
        page = self.page(divide, **SECRETS)
        assert "s3cret" not in page
        assert "Cookie: (not shown)" in page
        assert "&lt;Firefox&gt;" in page

    def test_it_survives_any_error(self):
        def circle(request):
            one, two = Circle(), KeyError("two")
            one.__cause__, two.__cause__ = two, one
            raise one

        assert "Circle: (it can&#x27;t be shown)" in self.page(circle)

        def deep(request, depth=0):
            return deep(request, depth + 1)

        page = self.page(deep)
        assert "RecursionError" in page
        assert page.count("<h2>") <= MAX_CALLS + 1

        def surrogates(request):
            raise ValueError("\udcff")

        assert "\\udcff" in self.page(surrogates)

        def without_source(request):
            exec("raise ValueError('from nowhere')")

        assert "from nowhere" in self.page(without_source)

    def test_without_debug_there_is_nothing(self):
        app = App()
        app.get("/")(lambda request: {}["the recipe"])
        status, text = call(app)
        assert status == 500
        assert "recipe" not in text
        assert "test_app" not in text
        assert re.search("Reference: [0-9a-f]{16}", text)


class TestAsFlaskDoes:
    """What a handler may return means in Flask what it means here."""

    @pytest.mark.parametrize(
        "value",
        [
            "soup", b"soup", {"a": [1, None, "é"]}, ["soup", 1], ("soup", 201), ({"a": 1}, 400),
            ("soup", 201, {"X-Table": "7"}), ("soup", 200, [("X-A", "1"), ("X-A", "2")]),
            ("soup", 200, {"Content-Type": "text/plain"}), (["soup"], 422), "",
        ],
        ids=repr,
    )  # fmt: skip
    def test_values(self, value):
        flask = pytest.importorskip("flask")
        with flask.Flask("site").test_request_context():
            theirs = flask.make_response(value)
        ours = TestApp(lint(to_response(value))).get("/", expect_errors=True)
        assert ours.status_int == theirs.status_code
        assert ours.headers["Content-Type"] == theirs.headers["Content-Type"]
        assert ours.headers.getall("X-A") == theirs.headers.getlist("X-A")
        assert ours.headers.get("X-Table") == theirs.headers.get("X-Table")
        if theirs.is_json:
            assert ours.json == theirs.get_json()
        else:
            assert ours.body == theirs.data

    def test_error_handlers_of_one_application(self):
        flask = pytest.importorskip("flask")
        from werkzeug.exceptions import NotFound

        theirs, ours = flask.Flask("site"), App()
        for key in (404, 500, Exception, LookupError, KeyError):
            theirs.register_error_handler(key, lambda error, key=key: key)
            ours.error(key)(lambda request, error, key=key: key)
        for error in (KeyError(1), IndexError(1), ValueError(1)):
            with theirs.test_request_context():
                found = theirs._find_error_handler(error, [])
            assert find_error_handler(error, (ours,))(None, error) is found(error)
        with theirs.test_request_context():
            found = theirs._find_error_handler(NotFound(), [])
        assert find_error_handler(HTTPError(404), (ours,))(None, None) == found(None) == 404


class TestGrowth:
    def test_what_is_registered_later_counts(self):
        app = App()
        app.get("/")(lambda request: "soup")
        assert call(app) == (200, "soup")
        app.get("/more", name="more")(lambda request: "trout")
        assert call(app, "/more") == (200, "trout")
        app.middleware(lambda request, next: Response("closed", 503))
        assert call(app) == (503, "closed")

    def test_middleware_of_a_mounted_router_later(self):
        app, staff = App(), Router()
        staff.get("/")(lambda request: "staff")
        app.mount("/staff", staff)
        assert call(app, "/staff/") == (200, "staff")
        staff.middleware(lambda request, next: Response("closed", 503))
        assert call(app, "/staff/") == (503, "closed")

    def test_nested_routers(self):
        app, outer, inner = App(), Router(), Router()
        trace = []
        for name, router in (("app", app), ("outer", outer), ("inner", inner)):

            def layer(request, next, name=name):
                trace.append(name)
                return next(request)

            router.middleware(layer)

        @inner.route("/<int:number>", name="view")
        class Number(View):
            def get(self, request, table, number):
                return request.url_for("outer.inner.view", table=table, number=number + 1)

        outer.mount("/inner", inner, name="inner")
        app.mount("/<table>", outer, name="outer")
        outer.error(404)(lambda request, error: "outer")
        assert call(app, "/a/inner/7") == (200, "/a/inner/8")
        assert trace == ["app", "outer", "inner"]
        assert call(app, "/a/inner/x") == (404, "outer")
        assert call(app, "/a/inner/7", SCRIPT_NAME="/caf\xc3\xa9")[1] == "/caf%C3%A9/a/inner/8"

    def test_an_application_in_an_application(self):
        outer, inner = App(), make_site()
        outer.mount("/inner", inner, name="inner")
        assert call(outer, "/inner/dishes/soup") == (200, "soup")
        assert call(outer, "/inner/staff/") == (200, "/inner/staff/")
        assert call(outer, "/inner/elsewhere/x") == (200, "/inner/elsewhere")
        assert call(outer, "/inner/broken")[0] == 500

    def test_context(self):
        app = App()
        app.context_processor(lambda request: {"house": "Bistro", "path": request.path})
        app.context_processor(lambda request: {"house": "Chez nous"})
        app.get("/")(lambda request: f"{request.context['house']} {request.context['path']}")
        assert call(app) == (200, "Chez nous /")

    @pytest.mark.parametrize("path", ["/", "/nowhere", "/broken", "/dishes/soup"])
    def test_a_request_is_gone_with_its_response(self, path, caplog):
        caplog.set_level(logging.CRITICAL, "bistro.app")
        app = make_site()
        call(app, path)
        seen = []
        app.before.append(lambda request: seen.append(weakref.ref(request)))
        gc.disable()
        try:
            call(app, path)
            assert seen[0]() is None
        finally:
            gc.enable()


def test_logs_of_errors_have_the_id():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    logger = logging.getLogger("bistro.app")
    logger.addHandler(handler)
    try:
        site = TestApp(lint(validator(make_site())))
        answer = site.get("/broken", expect_errors=True)
    finally:
        logger.removeHandler(handler)
    values = json.loads(stream.getvalue())
    assert values["request"] == answer.headers["X-Request-ID"]
    assert values["traceback"].endswith("KeyError: 'the secret'")
    assert answer.headers["X-Request-ID"] in answer


def test_redirects_of_handlers_are_relative_to_nothing():
    app = App()
    app.get("/")(lambda request: redirect("/menu"))
    assert call(app)[0] == 302
