"""Step 8.5: seams for the code of others: hooks, classes of handlers, signals."""

import pytest

from bistro.app import (
    App,
    Signal,
    View,
    request_failed,
    request_finished,
    request_started,
)
from bistro.errors import HTTPError, abort
from bistro.response import Response
from bistro.routing import MethodNotAllowed, Router


@pytest.fixture
def app():
    app = App()
    app.get("/")(lambda request: "soup")

    @app.get("/broken")
    def broken(request):
        raise KeyError("soup")

    return app


@pytest.fixture
def heard():
    """`heard(signal)` gives a list to which each sending adds; all is disconnected at the end."""
    connected = []

    def listen(signal):
        sendings = []

        def receiver(sender, **values):
            sendings.append((sender, values))

        connected.append((signal, signal.connect(receiver)))
        return sendings

    yield listen
    for signal, receiver in connected:
        signal.disconnect(receiver)


# Hooks


def test_hooks_are_called_in_order(app, visit):
    """Hooks are called in the order of their registration, before and after the handler."""
    trace = []
    for name in "ab":
        app.before_request(lambda request, name=name: trace.append(f"before {name}"))
        app.after_request(lambda request, response, name=name: trace.append(f"after {name}"))
    assert visit(app, "/").text == "soup"
    assert trace == ["before a", "before b", "after a", "after b"]


@pytest.mark.parametrize("value", ["closed", "", {}, [], ("closed", 503), Response("closed")])
def test_a_hook_may_answer(app, visit, value):
    """What a hook before returns is the answer, unless it is None; what follows is not called."""
    called = []
    app.get("/kitchen")(called.append)
    app.before_request(lambda request: None)
    app.before_request(lambda request: value)
    app.before_request(called.append)
    answer = visit(app, "/kitchen")
    assert answer.status == (503 if isinstance(value, tuple) else 200)
    assert called == []


def test_a_hook_may_change_the_response(app, visit):
    """A hook after may change the response, or return another for those after it."""
    statuses = []

    @app.after_request
    def tip(request, response):
        response.headers["X-Tip"] = "10 %"

    @app.after_request
    def replace(request, response):
        statuses.append((response.status, response.headers["X-Tip"]))
        return f"{response.body} of the day", 202

    @app.after_request
    def look(request, response):
        statuses.append(response.status)

    answer = visit(app, "/")
    assert (answer.status, answer.text) == (202, "soup of the day")
    assert statuses == [(200, "10 %"), 202]


@pytest.mark.parametrize("value", ["", [], {}])
def test_a_hook_after_may_return_what_is_empty(app, visit, value):
    """What a hook after returns is the response unless it is None: also if it is empty."""
    app.after_request(lambda request, response: value)
    assert visit(app, "/").text == str(value)


def test_hooks_after_see_every_response(app, visit):
    """Hooks after are called for errors too, for unknown paths, and for what a hook answered."""
    statuses = []
    app.before_request(lambda request: "closed" if "closed" in request.query else None)

    @app.after_request
    def look(request, response):
        statuses.append(response.status)

    for path in ("/", "/nowhere", "/broken", "/?closed"):
        visit(app, path)
    assert statuses == [200, 404, 500, 200]


def test_a_hook_that_fails_is_an_error(app, visit):
    """What a hook raises is answered as a handler's error, and hooks after are called still."""
    called = []

    @app.before_request
    def door(request):
        if "kitchen" not in request.query:
            abort(403)
        raise ValueError("no key")

    app.get("/never")(called.append)
    app.error(403)(lambda request, error: "guests only")
    app.after_request(lambda request, response: called.append(response.status))
    assert visit(app, "/never").text == "guests only"
    assert visit(app, "/never?kitchen").status == 500
    assert called == [403, 500]


def test_a_hook_fails_at_the_house(app, visit):
    """A hook is the application's: its errors are for the application's handlers, wherever."""
    staff = Router()
    staff.error(ValueError)(lambda request, error: ("staff", 410))
    app.error(ValueError)(lambda request, error: (f"house: {error}", 410))
    app.mount("/staff", staff, name="staff")

    @app.before_request
    def door(request):
        if "before" in request.query:
            raise ValueError("before")

    @app.after_request
    def tip(request, response):
        if "after" in request.query:
            raise ValueError("after")

    assert visit(app, "/staff/nowhere?before").text == "house: before"
    assert visit(app, "/staff/nowhere?after").text == "house: after"


@pytest.mark.parametrize("seam", ["before", "after"])
def test_the_end_of_the_program_is_no_error_of_a_hook(app, ask, seam):
    """Ctrl-C and sys.exit in a hook come through: they are for the server."""

    def stop(*arguments):
        raise SystemExit

    (app.before_request if seam == "before" else app.after_request)(stop)
    app.prepare()
    with pytest.raises(SystemExit):
        app.call_hooks(ask(app))


@pytest.mark.parametrize("fault", ["raises", "returns"])
def test_a_hook_after_that_fails_stops_no_other(app, visit, fault):
    """Where a hook after raises, or returns nonsense, the others go on with the 500."""
    statuses = []

    @app.after_request
    def broken(request, response):
        if fault == "returns":
            return 7
        raise KeyError("tip")

    @app.after_request
    def look(request, response):
        statuses.append(response.status)
        response.headers["X-Looked"] = "yes"

    answer = visit(app, "/")
    assert (answer.status, answer["X-Looked"]) == (500, "yes")
    assert statuses == [500]


def test_hooks_lie_inside_of_the_middleware(app, visit):
    """The application's middleware is called before the hooks before, and left after all."""
    trace = []

    @app.middleware
    def layer(request, next):
        trace.append("in")
        response = next(request)
        trace.append("out")
        return response

    app.before_request(lambda request: trace.append("before"))
    app.after_request(lambda request, response: trace.append("after"))
    visit(app, "/")
    assert trace == ["in", "before", "after", "out"]


# Classes of handlers


class Dish(View):
    """A dish that can be read and replaced, with a helper that is no method."""

    def get(self, request, id):
        return self.title(id)

    def put(self, request, id):
        return self.title(id), 201

    def title(self, id):
        return f"dish {id}"


class Special(Dish):
    """A dish with methods of its own besides those it inherits."""

    def head(self, request, id):
        return Response("", 200, {"X-Special": "yes"})

    def options(self, request, id):
        return "ask the chef"


@pytest.fixture
def dishes():
    app = App()
    app.route("/dishes/<int:id>")(Dish)
    app.route("/specials/<int:id>")(Special)
    return app


def test_each_method_has_its_function(dishes, visit):
    """A class answers each method with its function of that name, and with the parameters."""
    assert visit(dishes, "/dishes/7").text == "dish 7"
    answer = visit(dishes, "/dishes/7", "PUT")
    assert (answer.status, answer.text) == (201, "dish 7")
    assert visit(dishes, "/specials/7").text == "dish 7"


def test_head_follows_get(dishes, visit):
    """HEAD is answered by get, unless the class has a head."""
    answer = visit(dishes, "/dishes/7", "HEAD")
    assert (answer.status, answer["Content-Length"], answer.body) == (200, "6", b"")
    assert visit(dishes, "/specials/7", "HEAD")["X-Special"] == "yes"


def test_a_class_answers_405_and_options(dishes, visit):
    """Methods the class has not are 405; OPTIONS lists those it has, unless it has its own."""
    answer = visit(dishes, "/dishes/7", "DELETE")
    assert (answer.status, answer["Allow"]) == (405, "GET, HEAD, OPTIONS, PUT")
    assert visit(dishes, "/dishes/7", "OPTIONS")["Allow"] == "GET, HEAD, OPTIONS, PUT"
    assert visit(dishes, "/specials/7", "OPTIONS").text == "ask the chef"


def test_an_instance_is_for_one_request(dishes, visit):
    """Each request gets an instance of its own: nothing one guest left is there for the next."""

    class Table(View):
        guest = None

        def get(self, request):
            before, self.guest = self.guest, request.query.get("guest")
            return f"{before} {self.guest}"

    dishes.route("/table")(Table)
    assert visit(dishes, "/table?guest=Ada").text == "None Ada"
    assert visit(dishes, "/table?guest=Eve").text == "None Eve"


@pytest.mark.parametrize("method", ["TITLE", "__INIT__", "METHODS", "POST", "get", ""])
def test_only_methods_can_be_asked_for(dishes, ask, method):
    """Only what `methods` names to the letter is called, and no other function: that is 405."""
    with pytest.raises(MethodNotAllowed) as caught:
        Dish(ask(dishes, "/dishes/7", REQUEST_METHOD=method), id=7)
    assert caught.value.allowed == ["GET", "OPTIONS", "PUT"]


def test_head_without_get_is_405(ask):
    """A class without get does not answer HEAD either."""

    class Order(View):
        def post(self, request):
            return "ordered"

    request = ask(App(), "/", "HEAD")
    with pytest.raises(HTTPError) as caught:
        Order(request)
    assert caught.value.status == 405


# Signals


def test_receivers_are_called_in_order():
    """Receivers get the sender and the values by name, in the order in which they connected."""
    signal, calls = Signal("dish_served"), []
    for name in "ab":
        signal.connect(lambda sender, name=name, **values: calls.append((name, sender, values)))
    signal.send("kitchen", dish="soup")
    assert calls == [("a", "kitchen", {"dish": "soup"}), ("b", "kitchen", {"dish": "soup"})]


def test_a_receiver_that_fails_stops_no_other(caplog):
    """An error in a receiver is logged, and the next one is called all the same."""
    signal, calls = Signal("dish_served"), []

    @signal.connect
    def broken(sender, **values):
        raise ValueError("dropped it")

    signal.connect(lambda sender, **values: calls.append(values))
    signal.send("kitchen", dish="soup")
    assert calls == [{"dish": "soup"}]
    (record,) = caplog.records
    assert (record.levelname, record.exc_info[0]) == ("ERROR", ValueError)


def test_receivers_may_come_and_go():
    """A receiver may disconnect itself, or connect another: that counts from the next time on."""
    signal, calls = Signal("dish_served"), []

    def once(sender):
        calls.append("once")
        signal.disconnect(once)
        signal.connect(lambda sender: calls.append("new"))

    signal.connect(once)
    signal.connect(lambda sender: calls.append("other"))
    signal.send(None)
    assert calls == ["once", "other"]
    signal.send(None)
    assert calls == ["once", "other", "other", "new"]


def test_the_end_of_the_program_stops_a_signal():
    """Ctrl-C is no error of a receiver: it comes through."""
    signal = Signal("dish_served")

    @signal.connect
    def stop(sender):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        signal.send(None)


def test_the_application_sends_signals(app, visit, heard):
    """Extensions hear when a request has started and when its response is there."""
    started, finished, failed = map(heard, (request_started, request_finished, request_failed))
    visit(app, "/")
    ((sender, values),) = started
    assert sender is app
    assert values["request"].path == "/"
    ((sender, values),) = finished
    assert sender is app
    assert (values["request"].path, values["response"].body) == ("/", "soup")
    assert failed == []


def test_extensions_hear_of_what_nobody_foresaw(app, visit, heard):
    """request_failed is sent for an exception that became a 5xx, and for no other error."""
    failed, finished = heard(request_failed), heard(request_finished)
    app.get("/full", name="full")(lambda request: abort(503))
    for path in ("/nowhere", "/full", "/broken"):
        visit(app, path)
    ((sender, values),) = failed
    assert sender is app
    assert values["request"].path == "/broken"
    assert isinstance(values["error"], KeyError)
    assert [values["response"].status for _, values in finished] == [404, 503, 500]
