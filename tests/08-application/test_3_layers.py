"""Step 8.3: middleware lies around what answers."""

import pytest

from bistro.app import compose, wrap
from bistro.errors import HTTPError
from bistro.response import Response


def kitchen(request):
    """What lies innermost: it says what it was asked."""
    return Response(f"{request} soup")


def no_answer(request, error):
    pytest.fail(f"nothing should have failed: {error!r}")


def passing(name, trace):
    """A middleware that writes down when it is entered and left."""

    def layer(request, next):
        trace.append(f"{name} in")
        response = next(request)
        trace.append(f"{name} out")
        return response

    return layer


def test_a_middleware_gets_request_and_next():
    """A middleware is called with the request and the layer inside, and its response counts."""

    def hot(request, next):
        response = next(request)
        response.body += ", hot"
        return response

    call = wrap(hot, kitchen, no_answer)
    assert call("onion").body == "onion soup, hot"
    assert call("fish").body == "fish soup, hot"


def test_a_middleware_may_answer_itself():
    """A middleware that does not call next answers alone, and nothing inside is run."""
    trace = []
    closed = Response("closed", 503)
    call = wrap(lambda request, next: closed, passing("kitchen", trace), no_answer)
    assert call("onion") is closed
    assert trace == []


def test_a_middleware_may_pass_on_another_request():
    """What is inside gets what the middleware passes to next."""
    call = wrap(lambda request, next: next(request.upper()), kitchen, no_answer)
    assert call("onion").body == "ONION soup"


def test_nothing_is_called_before_a_request():
    """Middleware is put together when the application is made ready, and called per request."""
    trace = []
    compose([passing("a", trace), passing("b", trace)], kitchen, no_answer)
    wrap(passing("c", trace), kitchen, no_answer)
    assert trace == []


def test_the_first_is_outermost():
    """The first middleware is entered first and left last."""
    trace = []
    call = compose([passing(name, trace) for name in "abc"], kitchen, no_answer)
    assert call("onion").body == "onion soup"
    assert trace == ["a in", "b in", "c in", "c out", "b out", "a out"]
    call("fish")
    assert len(trace) == 12


def test_without_middleware_there_is_only_the_inside():
    """An empty list leaves the inside as it is."""
    assert compose([], kitchen, no_answer)("onion").body == "onion soup"


def test_the_list_is_left_alone():
    """The list of middleware is read, not used up: it is composed again when a route is added."""
    middlewares = [passing("a", []), passing("b", [])]
    before = list(middlewares)
    compose(middlewares, kitchen, no_answer)
    assert middlewares == before


def test_an_error_becomes_a_response():
    """What a middleware raises is answered, with the request it was called with."""
    seen = []
    refused = Response("guests only", 403)

    def answer(request, error):
        seen.append((request, error))
        return refused

    error = HTTPError(403)

    def door(request, next):
        raise error

    assert wrap(door, kitchen, answer)("onion") is refused
    assert seen == [("onion", error)]


def test_an_error_inside_is_a_response_for_the_outside():
    """A middleware around one that fails gets a response, so that it can log and finish it."""
    trace = []

    def broken(request, next):
        raise KeyError("soup")

    def answer(request, error):
        return Response(f"{type(error).__name__}", 500)

    call = compose([passing("log", trace), broken, passing("never", trace)], kitchen, answer)
    assert call("onion").body == "KeyError"
    assert trace == ["log in", "log out"]


def test_an_error_after_next_is_answered_too():
    """A middleware may fail on the way out as well."""

    def greedy(request, next):
        next(request)
        raise ValueError("no tip")

    answered = wrap(greedy, kitchen, lambda request, error: Response(str(error), 500))("onion")
    assert (answered.body, answered.status) == ("no tip", 500)


@pytest.mark.parametrize("value", [None, "soup", 200, {"soup": 1}])
def test_a_middleware_returns_a_response(value):
    """A forgotten return, or anything else that is no Response, is a TypeError naming the layer."""
    errors = []

    def forgetful(request, next):
        next(request)
        return value

    def answer(request, error):
        errors.append(error)
        return Response("", 500)

    assert wrap(forgetful, kitchen, answer)("onion").status == 500
    (error,) = errors
    assert isinstance(error, TypeError)
    assert "forgetful" in str(error)


def test_any_callable_is_a_middleware():
    """A layer may be an object that can be called, without a `__name__`: the error shows it."""
    errors = []

    class Forgetful:
        def __call__(self, request, next):
            next(request)

    def answer(request, error):
        errors.append(error)
        return Response("", 500)

    assert wrap(Forgetful(), kitchen, answer)("onion").status == 500
    (error,) = errors
    assert isinstance(error, TypeError)
    assert "Forgetful" in str(error)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_the_end_of_the_program_is_no_error(stop):
    """Ctrl-C and sys.exit come through: they are for the server."""

    def last(request, next):
        raise stop

    with pytest.raises(stop):
        compose([passing("a", []), last], kitchen, no_answer)("onion")
