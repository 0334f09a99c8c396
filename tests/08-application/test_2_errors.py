"""Step 8.2: an error finds the handler that answers for it."""

from bistro.app import App, Signal, find_error_handler, finish_error, request_failed
from bistro.errors import HTTPError
from bistro.http import ProtocolError
from bistro.response import Response
from bistro.routing import MethodNotAllowed, Router


def router_with(*keys, cls=Router):
    """A router with a handler for each of `keys`, which says its key."""
    router = cls()
    for key in keys:
        router.error(key)(lambda request, error, key=key: str(key))
    return router


def key_of(error, *routers, debug=False):
    """The key of the handler that is found, `None` where none is."""
    handler = find_error_handler(error, routers, debug=debug)
    if handler is None:
        return None
    handlers = [one for router in routers for one in router.error_handlers.items()]
    found = [key for key, one in handlers if one is handler]
    return found[0]


class BrokenText(Exception):
    """An error that can't even say what it is."""

    def __str__(self):
        raise ValueError("no text for this")


def test_without_handlers_there_is_none():
    """Where no handler is registered, none is found."""
    assert find_error_handler(HTTPError(404), (Router(), Router())) is None
    assert find_error_handler(KeyError("soup"), ()) is None
    assert key_of(HTTPError(404), router_with(405, KeyError)) is None


def test_the_status_goes_before_the_class():
    """For an HTTPError the handler for its status is the closest, then those for its classes."""
    router = router_with(Exception, HTTPError, 404)
    assert key_of(HTTPError(404), router) == 404
    assert key_of(HTTPError(403), router) is HTTPError
    assert key_of(HTTPError(404), router_with(Exception)) is Exception
    assert key_of(MethodNotAllowed(["GET"]), router_with(HTTPError, 405)) == 405
    assert key_of(MethodNotAllowed(["GET"]), router_with(HTTPError, MethodNotAllowed)) is (
        MethodNotAllowed
    )


def test_the_closest_class_is_taken():
    """Of several classes an error belongs to, the one it derives from most directly wins."""
    router = router_with(Exception, LookupError, KeyError)
    assert key_of(KeyError("soup"), router) is KeyError
    assert key_of(IndexError(7), router) is LookupError
    assert key_of(ValueError("soup"), router) is Exception


def test_500_comes_last():
    """The handler for 500 is for what no other foresaw, and for HTTPError 500; no other status."""
    router = router_with(500, Exception)
    assert key_of(KeyError("soup"), router) is Exception
    assert key_of(KeyError("soup"), router_with(500, BaseException)) is BaseException
    assert key_of(KeyError("soup"), router_with(500)) == 500
    assert key_of(HTTPError(500), router) == 500
    assert key_of(HTTPError(404), router_with(500)) is None


def test_a_developer_is_not_kept_from_the_error():
    """With debug the handler for 500 is passed over, where the error would be hidden by it."""
    assert key_of(KeyError("soup"), router_with(500), debug=True) is None
    assert key_of(KeyError("soup"), router_with(500, LookupError), debug=True) is LookupError
    assert key_of(HTTPError(500), router_with(500), debug=True) == 500


def test_the_innermost_router_decides():
    """The last router that has a handler for an error decides, even if another's were closer."""
    app, staff, cellar = router_with(404), router_with(HTTPError), router_with(405)
    assert key_of(HTTPError(404), app, staff, cellar) is HTTPError
    assert find_error_handler(HTTPError(404), (app, cellar)) is app.error_handlers[404]
    assert find_error_handler(HTTPError(404), (app, Router())) is app.error_handlers[404]
    inner = router_with(404)
    assert find_error_handler(HTTPError(404), (app, inner)) is inner.error_handlers[404]
    assert find_error_handler(HTTPError(404), (inner, app)) is app.error_handlers[404]


def test_an_answer_gets_the_status_of_the_error(sent):
    """What a handler returns without a status has that of the error, 500 for a Python error."""
    for answer, error, status in [
        ("no soup", HTTPError(404), 404),
        ({"soup": None}, HTTPError(410), 410),
        (b"no soup", KeyError("soup"), 500),
        (None, HTTPError(404), 404),
    ]:
        assert sent(finish_error(answer, error)).status == status
    assert sent(finish_error("no soup", HTTPError(404))).text == "no soup"


def test_an_answer_may_have_its_own_status(sent):
    """A Response or a tuple says its status itself."""
    for error in (HTTPError(404), KeyError("soup")):
        assert sent(finish_error(Response("have trout"), error)).status == 200
        assert sent(finish_error(("no soup", 410), error)).status == 410
        assert sent(finish_error(("have trout", 200), error)).status == 200


def test_fields_of_the_error_go_with_it(sent):
    """The fields of an HTTPError are in the response, unless that has one of the name."""
    error = MethodNotAllowed(["GET"])
    assert sent(finish_error("no", error))["Allow"] == "GET, OPTIONS"
    assert sent(finish_error(Response("no", 400), error))["Allow"] == "GET, OPTIONS"
    response = finish_error(("no", 405, {"allow": "POST"}), error)
    assert response.headers.getlist("Allow") == ["POST"]


def test_only_an_http_error_speaks_for_the_response(sent):
    """Another exception may have a status and headers, too; they mean something else."""
    error = KeyError("soup")
    error.status, error.headers = 200, {"X-Secret": "recipe"}
    answer = sent(finish_error("no soup", error))
    assert (answer.status, answer["X-Secret"]) == (500, None)


def test_a_handler_answers_for_an_error(ask, sent):
    """The handler that is found gets the request and the error, and answers."""
    app, error = App(), HTTPError(404, "no such dish")
    seen = []

    @app.error(404)
    def missing(*arguments):
        seen.append(arguments)
        return "have trout"

    request = ask(app)
    answer = sent(app.failed(request, error, (app,)))
    assert (answer.status, answer.text) == (404, "have trout")
    assert seen == [(request, error)]


def test_without_a_handler_there_is_a_page(ask, sent, caplog):
    """An HTTPError nobody handles is a page with its message, which is not logged."""
    app = App()
    for status in (404, 503):
        answer = sent(app.failed(ask(app), HTTPError(status, "<b>no soup</b>"), (app,)))
        assert answer.status == status
        assert "&lt;b&gt;no soup" in answer.text
    assert caplog.records == []


def test_what_the_server_refuses_is_an_http_error(ask, sent, caplog):
    """A ProtocolError is answered as an HTTPError with its status and message."""
    app = App()

    @app.error(HTTPError)
    def refused(request, error):
        return f"{error.status} {error.message}"

    for status in (413, 501):
        answer = sent(app.failed(ask(app), ProtocolError(status, "too much soup"), (app,)))
        assert (answer.status, answer.text) == (status, f"{status} too much soup")
    assert caplog.records == []


def test_an_unforeseen_error_is_logged(ask, sent, caplog):
    """What nobody foresaw is a 500, and in the log with its traceback and the request's id."""
    app, error = App(), KeyError("the secret recipe")
    request = ask(app, "/menu")
    answer = sent(app.failed(request, error, (app,)))
    assert answer.status == 500
    assert "recipe" not in answer.text
    assert request.id in answer.text
    (record,) = caplog.records
    assert (record.levelname, record.name) == ("ERROR", "bistro.app")
    assert record.exc_info[1] is error
    assert request.id in record.getMessage()


def test_a_foreseen_error_is_not_logged(ask, sent, caplog):
    """An exception that a handler turns into less than a 5xx is no failure."""
    app = App()
    app.error(KeyError)(lambda request, error: ("no such dish", 499))
    assert sent(app.failed(ask(app), KeyError("soup"), (app,))).status == 499
    assert caplog.records == []
    app.error(IndexError)(lambda request, error: "the kitchen is on fire")
    assert sent(app.failed(ask(app), IndexError(7), (app,))).status == 500
    app.error(ValueError)(lambda request, error: ("the kitchen is full", 503))
    assert sent(app.failed(ask(app), ValueError("soup"), (app,))).status == 503
    assert [record.exc_info[0] for record in caplog.records] == [IndexError, ValueError]


def test_only_what_nobody_foresaw_is_signalled(ask, monkeypatch):
    """request_failed is sent, with the request and the error, for what is logged and no other."""
    sendings, app, error = [], App(), KeyError("soup")
    monkeypatch.setattr(
        Signal, "send", lambda signal, *sender, **values: sendings.append((signal, sender, values))
    )
    monkeypatch.setattr(request_failed, "receivers", [print])
    request = ask(app)
    app.error(ValueError)(lambda request, error: ("no soup", 404))
    for failure in (HTTPError(503), ProtocolError(501, "what?"), ValueError("soup"), error):
        app.failed(request, failure, (app,))
    assert sendings == [(request_failed, (app,), {"request": request, "error": error})]


def test_a_handler_of_errors_may_fail_too(ask, sent, caplog):
    """A handler of errors that fails is logged, as the error is, and the guest gets a 500."""
    app = App()

    @app.error(KeyError)
    def fails(request, error):
        raise ValueError("the phone is broken, too")

    request = ask(app)
    answer = sent(app.failed(request, KeyError("soup"), (app,)))
    assert answer.status == 500
    assert request.id in answer.text
    assert "phone" not in answer.text
    assert {record.exc_info[0] for record in caplog.records} == {KeyError, ValueError}


def test_an_error_without_a_text(ask, sent):
    """Not even an error that can't be shown keeps the guest from an answer, in debug or not."""
    for debug in (False, True):
        app = App(debug=debug)
        assert sent(app.failed(ask(app), BrokenText(), (app,))).status == 500


def test_routers_have_handlers_of_their_own(ask, sent):
    """The same error is answered by the router that it happened in."""
    app, staff = router_with(404, cls=App), Router()
    staff.error(404)(lambda request, error: "staff only")
    error = HTTPError(404)
    assert sent(app.failed(ask(app), error, (app, staff))).text == "staff only"
    assert sent(app.failed(ask(app), error, (app,))).text == "404"
