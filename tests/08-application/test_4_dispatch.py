"""Step 8.4: a request finds its handler."""

import threading

import pytest

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.response import Response
from bistro.routing import Converter, Router


@pytest.fixture
def app():
    """A small restaurant, with a part for the staff that has its own errors."""
    app, staff = App(), Router()
    app.get("/")(lambda request: "welcome")
    app.get("/dishes/<int:id>", name="dish")(lambda request, id: {"id": id})
    app.post("/book", name="book")(lambda request: (request.form["name"], 201))
    app.get("/menu/", name="menu")(lambda request: "menu")
    app.get("/wine/<name>", name="wine")(lambda request, name: name)
    app.error(404)(lambda request, error: "not here")
    staff.get("/", name="staff")(lambda request: "staff")
    staff.get("/safe", name="safe")(lambda request: abort(404, "no such safe"))
    staff.error(404)(lambda request, error: f"not in the staff room: {error.message}")
    staff.error(405)(lambda request, error: "not like this")
    app.mount("/staff", staff, name="staff")
    return app


def test_a_handler_answers(app, visit):
    """The handler of the path and method is called, and what it returns is the response."""
    answer = visit(app, "/")
    assert (answer.line, answer.text) == ("200 OK", "welcome")
    answer = visit(app, "/book", "POST", b"name=Ada")
    assert (answer.status, answer.text) == (201, "Ada")


def test_parameters_come_by_name(app, visit):
    """A handler gets the values of the path's parameters, by name and as the converters say."""
    assert visit(app, "/dishes/7").text == '{"id":7}'
    assert visit(app, "/wine/Côtes du Rhône").text == "Côtes du Rhône"


def test_the_request_knows_its_route(ask):
    """The request has the route and the parameters that were found, before the handler runs."""
    app = App()
    seen = []

    @app.get("/dishes/<int:id>")
    def dish(request, id):
        seen.append((request.route.name, request.parameters, id))
        return "soup"

    app.prepare()
    request = ask(app, "/dishes/7")
    assert (request.route, dict(request.parameters)) == (None, {})
    assert app.dispatch(request).body == "soup"
    assert seen == [("dish", {"id": 7}, 7)]
    assert request.route.handler is dish
    other = ask(app, "/dishes/8")
    assert (other.route, dict(other.parameters)) == (None, {})


def test_what_is_not_there_is_404(app, visit):
    """An unknown path is 404, answered by the application's handler for that."""
    for path in ("/nowhere", "/dishes/soup", "/dishes/7/8", "//", "/menu/x"):
        answer = visit(app, path)
        assert (answer.status, answer.text) == (404, "not here")


def test_another_method_is_405(app, visit):
    """A known path with another method is 405, and Allow says which there are."""
    answer = visit(app, "/book", "DELETE")
    assert (answer.line, answer["Allow"]) == ("405 Method Not Allowed", "OPTIONS, POST")
    assert visit(app, "/", "PUT")["Allow"] == "GET, HEAD, OPTIONS"


def test_options_answers_by_itself(app, visit):
    """OPTIONS is 204 with Allow, unless a handler answers it; an unknown path stays 404."""
    answer = visit(app, "/", "OPTIONS")
    assert (answer.status, answer["Allow"], answer.body) == (204, "GET, HEAD, OPTIONS", b"")
    assert visit(app, "/staff/", "OPTIONS").status == 204
    assert visit(app, "/nowhere", "OPTIONS").status == 404
    app.route("/", methods=["OPTIONS"], name="own")(lambda request: "ask the chef")
    assert visit(app, "/", "OPTIONS").text == "ask the chef"


def test_head_has_no_body(app, visit):
    """HEAD is answered by the GET handler, with its fields and without its body."""
    answer = visit(app, "/", "HEAD")
    assert (answer.status, answer["Content-Length"], answer.body) == (200, "7", b"")


def test_a_missing_slash_is_added(app, visit):
    """A path that is known with a slash at its end leads there by 308, with its query."""
    answer = visit(app, "/menu?day=mon&x=%2F", SCRIPT_NAME="/bistro")
    assert (answer.status, answer["Location"]) == (308, "/bistro/menu/?day=mon&x=%2F")
    app.get("/crème/", name="crème")(lambda request: "crème")
    assert visit(app, "/crème")["Location"] == "/cr%C3%A8me/"


def test_a_mounted_router_answers_for_its_own_errors(app, visit):
    """A router has its own 404 and 405: for unknown paths behind its prefix, and its handlers."""
    assert visit(app, "/staff/").text == "staff"
    answer = visit(app, "/staff/nowhere")
    assert (answer.status, answer.text) == (404, "not in the staff room: ")
    assert visit(app, "/staff/safe").text == "not in the staff room: no such safe"
    answer = visit(app, "/staff/", "POST")
    assert (answer.status, answer.text) == (405, "not like this")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert visit(app, "/staffroom").text == "not here"


def test_hosts_have_their_own_routes(app, visit):
    """What is mounted for a host answers for that host alone, also for what is not there."""
    bar = Router()
    bar.get("/", name="bar")(lambda request: "the bar")
    bar.error(404)(lambda request, error: "not at the bar")
    bar.error(405)(lambda request, error: "only to be looked at")
    app.mount("/", bar, host="bar.example")
    assert visit(app, "/", HTTP_HOST="bar.example:8000").text == "the bar"
    assert visit(app, "/nowhere", HTTP_HOST="bar.example").text == "not at the bar"
    assert visit(app, "/", "PUT", HTTP_HOST="bar.example").text == "only to be looked at"
    assert visit(app, "/", HTTP_HOST="bistro.example").text == "welcome"
    assert visit(app, "/nowhere", HTTP_HOST="bistro.example").text == "not here"


def test_abort_ends_a_handler(visit):
    """abort in a handler, or in a function it calls, answers with that status."""
    app = App()

    @app.get("/")
    def index(request):
        check()

    def check():
        abort(403, "guests only")

    answer = visit(app, "/")
    assert answer.status == 403
    assert "guests only" in answer.text


def test_a_failing_handler_is_500(visit, caplog):
    """What a handler raises, or returns by mistake, is a 500; nothing reaches the server."""
    app = App()

    @app.get("/raise")
    def broken(request):
        raise KeyError("the secret recipe")

    app.get("/return")(lambda request: 7)
    for path in ("/raise", "/return"):
        answer = visit(app, path)
        assert answer.status == 500
        assert "recipe" not in answer.text
    assert [record.exc_info[0] for record in caplog.records] == [KeyError, TypeError]


def test_a_handler_is_called_with_its_routers(ask):
    """call_handler makes a function that answers for errors in the routers it was given."""
    app, inner, outer = App(), Router(), Router()
    app.error(ValueError)(lambda request, error: ("app", 410))
    inner.error(KeyError)(lambda request, error: ("inner", 410))
    outer.error(KeyError)(lambda request, error: ("outer", 410))

    inner.error(TypeError)(lambda request, error: ("no dish", 410))

    def broken(request):
        raise KeyError("soup")

    def bitter(request):
        raise ValueError("soup")

    assert app.call_handler(broken, (app, outer, inner))(ask(app)).body == "inner"
    assert app.call_handler(bitter, (app, outer, inner))(ask(app)).body == "app"
    assert app.call_handler(broken, (app, outer))(ask(app)).body == "outer"
    assert app.call_handler(lambda request: 7, (app, inner))(ask(app)).body == "no dish"
    assert app.call_handler(lambda request: "soup", (app,))(ask(app)).body == "soup"


def test_middleware_lies_around_everything(app, visit):
    """The application's middleware sees every response, also those for what is not there."""
    seen = []

    @app.middleware
    def see(request, next):
        response = next(request)
        seen.append(response.status)
        return response

    for path, method in [("/", "GET"), ("/nowhere", "GET"), ("/", "PUT"), ("/menu", "GET")]:
        visit(app, path, method)
    assert seen == [200, 404, 405, 308]


def test_middleware_of_a_router_is_for_its_handlers(visit):
    """A router's middleware lies around its handlers alone, and its errors are the router's."""
    app, staff = App(), Router()
    app.get("/")(lambda request: "welcome")
    staff.get("/safe", name="safe")(lambda request: "gold")
    staff.error(403)(lambda request, error: "staff only")
    app.error(403)(lambda request, error: "guests only")

    @staff.middleware
    def door(request, next):
        if "staff" not in request.query:
            abort(403)
        return next(request)

    app.mount("/staff", staff)
    assert visit(app, "/").text == "welcome"
    assert visit(app, "/staff/safe?staff").text == "gold"
    answer = visit(app, "/staff/safe")
    assert (answer.status, answer.text) == (403, "staff only")
    assert visit(app, "/staff/nowhere").status == 404


def test_a_converter_that_fails_is_500(visit, caplog):
    """A converter may raise anything: other than a refusal, it is an error like a handler's."""

    class Table(Converter):
        def to_python(self, text):
            return {"1": "window", "2": "corner"}[text]

    app = App(converters={"table": Table})
    seen = []
    app.get("/tables/<table:name>")(lambda request, name: name)

    @app.middleware
    def see(request, next):
        response = next(request)
        seen.append(response.status)
        return response

    assert visit(app, "/tables/1").text == "window"
    assert visit(app, "/tables/9").status == 500
    assert seen == [200, 500]


@pytest.mark.parametrize("raw", [b"/wine/\xff\xfe", b"/wine/\xc0\xaf", b"/wine/\x00", b"/wine/%"])
def test_odd_bytes_in_a_path_fail_nothing(app, visit, raw):
    """Bytes that are no UTF-8 are replaced in the path: the handler gets text, whatever comes."""
    answer = visit(app, "/", PATH_INFO=raw.decode("latin-1"))
    assert (answer.status, answer.text) == (200, raw[6:].decode("utf-8", "replace"))


@pytest.mark.parametrize("host", ["", "bad host", "[::1", "\xff.example", "a:b:c"])
def test_what_is_no_host_fails_nothing(app, visit, host):
    """A Host field that is none finds what is for all hosts: a handler that needs it may object."""
    assert visit(app, "/", HTTP_HOST=host).text == "welcome"
    assert visit(app, "/nowhere", HTTP_HOST=host).text == "not here"


def test_no_path_is_the_top(app, visit):
    """An environ without a path asks for the top, as PEP 3333 allows."""
    assert visit(app, "/", PATH_INFO="", SCRIPT_NAME="/bistro").text == "welcome"
    assert app.dispatch(app.request_class({"REQUEST_METHOD": "GET"})).body == "welcome"


def test_a_method_nobody_knows_is_405(app, visit):
    """A method may be any word, and is 405 where no handler has it."""
    for method in ("EAT", "get", "Options", "__CALL__", "*"):
        assert app.dispatch(request_for(app, visit, method)).status == 405


def request_for(app, visit, method):
    """A request with a method that the WSGI checker would not let through."""
    return app.request_class({"REQUEST_METHOD": method, "PATH_INFO": "/", "SCRIPT_NAME": ""})


def test_the_end_of_the_program_comes_through(ask):
    """sys.exit() in a handler is for the server to decide, and no error of the application."""
    app = App()

    @app.get("/")
    def index(request):
        raise SystemExit(3)

    app.prepare()
    with pytest.raises(SystemExit):
        app.dispatch(ask(app, "/"))


def test_many_first_requests_at_once(visit):
    """The first requests may come all at once: each finds the application ready."""
    app, barrier, answers = App(), threading.Barrier(8), []
    for number in range(50):
        app.get(f"/dishes/{number}/<int:id>", name=f"n{number}")(lambda request, id: str(id))
    app.middleware(lambda request, next: next(request))

    def guest(number):
        barrier.wait(2)
        answers.append((number, visit(app, f"/dishes/7/{number}").text))

    guests = [threading.Thread(target=guest, args=(number,)) for number in range(8)]
    for thread in guests:
        thread.start()
    for thread in guests:
        thread.join(2)
    assert sorted(answers) == [(number, str(number)) for number in range(8)]


def test_an_error_may_come_from_a_redirecting_handler(visit):
    """A handler's Response goes out as it is, with its status and fields."""
    app = App()
    app.get("/")(lambda request: Response("", 303, {"Location": "/menu"}))
    answer = visit(app, "/")
    assert (answer.status, answer["Location"]) == (303, "/menu")


def test_an_http_error_class_is_handled(visit):
    """A handler for HTTPError answers for all statuses that have none of their own."""
    app = App()
    app.error(HTTPError)(lambda request, error: f"{error.status}, sorry")
    app.get("/")(lambda request: abort(418))
    assert visit(app, "/").text == "418, sorry"
    assert visit(app, "/nowhere").text == "404, sorry"
