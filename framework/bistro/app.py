"""The application: finds the handler for a request, calls it, and makes a response of what it says.

Around that lie the middleware, composed once, and what happens when something fails. Builds on
request, response and routing; a WSGI server calls it.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import lru_cache, partial
from itertools import islice
from threading import Lock
from urllib.parse import quote

from bistro.errors import PHRASES, HTTPError
from bistro.http import ProtocolError
from bistro.request import (  # type: ignore[attr-defined]
    MAX_BODY,
    MAX_FIELDS,
    PATH_SAFE,
    Request,
    decode_path,
    lazy,
)
from bistro.response import JSON, Response, discard, redirect
from bistro.routing import MethodNotAllowed, Router, SlashMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, ClassVar

    from bistro.routing import Converter, Handler, Route, Table

    Environ = dict[str, Any]
    Respond = Callable[[Any], Response]
    Answer = Callable[[Any, Exception], Response]

log = logging.getLogger("bistro.app")

QUERY_SAFE = PATH_SAFE + "%?[]"
"""What stands in a query as it is, so that what is quoted already is not quoted again."""
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
"""The methods that a `View` may have, as its functions are called."""


class Signal:
    """Something that happens, and that extensions want to hear of.

    Receivers are called in the order in which they connected.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.receivers: list[Callable[..., object]] = []

    def connect(self, receiver: Callable[..., Any]) -> Callable[..., Any]:
        """Call `receiver` whenever the signal is sent; usable as a decorator."""
        self.receivers.append(receiver)
        return receiver

    def disconnect(self, receiver: Callable[..., Any]) -> None:
        """Call `receiver` no more. Raises `ValueError` for one that is not connected."""
        self.receivers.remove(receiver)

    def send(self, sender: object, **values: Any) -> None:
        """Call all receivers with the sender, and the values by name.

        An `Exception` in one is logged with its traceback, and the next is called all the same. A
        receiver may connect or disconnect receivers, which counts from the next signal on.
        """
        for receiver in tuple(self.receivers):
            try:
                receiver(sender, **values)
            except Exception:
                log.exception("a receiver of %s failed", self.name)


# Sent by an application with `request`, before anything else is done with it.
request_started = Signal("request_started")
# Sent by an application with `request` and `response`, before the response is sent.
request_finished = Signal("request_finished")
# Sent by an application with `request` and `error`, when an exception became a 5xx.
request_failed = Signal("request_failed")


class AppRequest(Request):
    """A request as the handlers of an application get it.

    `app` is the application; `route` the route that was found, `None` before; `parameters` are the
    values of its parameters.
    """

    app: ClassVar[App]
    route: Route | None = None
    parameters: Mapping[str, Any] = {}  # never changed, but replaced

    @lazy
    def max_body(self) -> int:  # type: ignore[override]
        """The application's setting `MAX_BODY`, else the request's own limit."""
        return int(self.app.config.get("MAX_BODY", MAX_BODY))

    @lazy
    def max_fields(self) -> int:  # type: ignore[override]
        """The application's setting `MAX_FIELDS`, else the request's own limit."""
        return int(self.app.config.get("MAX_FIELDS", MAX_FIELDS))

    @lazy
    def id(self) -> str:
        """A name for this request, of 16 hexadecimal digits, for logs and error pages."""
        return os.urandom(8).hex()

    @lazy
    def context(self) -> dict[str, Any]:
        """What every template and handler sees: all that the context processors give."""
        values: dict[str, Any] = {"request": self}
        for processor in self.app.context_processors:
            values.update(processor(self))
        return values

    def url_for(self, name: str, /, **parameters: Any) -> str:
        """Return a route's URL as this client sees it, the place of the application included."""
        url = self.app.url_for(name, **parameters)
        root = quote(self.root_path, safe=PATH_SAFE)
        if not url.startswith("//"):
            return root + url
        host, slash, path = url[2:].partition("/")
        return f"//{host}{root}{slash}{path}"


class App(Router):
    """A WSGI application made of routes.

    `debug` shows tracebacks to the client: never in public. `secret_key` is for what signs, such
    as sessions. `config` holds the settings of the application and its extensions; `MAX_BODY` and
    `MAX_FIELDS` are the request's limits. Register everything before the first request.
    """

    def __init__(
        self,
        *,
        debug: bool = False,
        secret_key: str | bytes | None = None,
        config: Mapping[str, Any] | None = None,
        converters: Mapping[str, type[Converter]] | None = None,
    ) -> None:
        super().__init__(converters)
        self.debug = debug
        self.secret_key = secret_key
        self.config = dict(config or {})
        self.context_processors: list[Callable[[Any], Mapping[str, Any]]] = []
        self.before: list[Callable[[Any], Any]] = []
        self.after: list[Callable[[Any, Response], Any]] = []
        self.request_class = type("Request", (AppRequest,), {"app": self})
        self.preparing = Lock()
        self.prepared: Table | None = None  # the table whose routes can be called
        self.respond: Respond = self.dispatch  # with the middleware around it

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        if self.table is None or self.table is not self.prepared:
            self.prepare()
        request = self.request_class(environ)
        if request_started.receivers:
            request_started.send(self, request=request)
        try:
            response = self.respond(request)
            if request_finished.receivers:
                request_finished.send(self, request=request, response=response)
            return response(environ, start_response)
        except Exception as error:  # noqa: BLE001 - such as a body that can't be encoded
            exc_info = sys.exc_info()
            return self.failed(request, error, (self,))(
                environ, lambda line, fields: start_response(line, fields, exc_info)
            )

    def before_request(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Call `function(request)` before the handler is looked for; a decorator.

        If it returns something else than `None`, that is the answer, and no handler is called.
        """
        self.before.append(function)
        self.table = None
        return function

    def after_request(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Call `function(request, response)` with every response; a decorator.

        It may change the response, or return another one.
        """
        self.after.append(function)
        self.table = None
        return function

    def context_processor(
        self, function: Callable[[Any], Mapping[str, Any]]
    ) -> Callable[[Any], Mapping[str, Any]]:
        """Add what `function(request)` returns to every `request.context`; a decorator."""
        self.context_processors.append(function)
        return function

    def prepare(self) -> None:
        """Compile the routes, and put the middleware around what it is for: once, not per request.

        That of the application lies around everything; that of a mounted router around each of its
        own handlers. Of several threads with a first request each, one does it.
        """
        with self.preparing:
            if self.table is not None and self.table is self.prepared:
                return
            table = self.compile()
            for route in self.compiled:
                handler = mounted(route) if route.is_mount else route.handler
                route.call = self.call_handler(handler, route.routers)
                for depth in range(len(route.routers), 1, -1):
                    routers = route.routers[:depth]
                    answer = partial(self.failed, routers=routers)
                    route.call = compose(routers[-1].middlewares, route.call, answer)
            hooked = self.call_hooks if self.before or self.after else self.dispatch
            self.respond = compose(self.middlewares, hooked, partial(self.failed, routers=(self,)))
            self.prepared = table

    def call_handler(self, handler: Handler, routers: tuple[Router, ...]) -> Respond:
        """Return a function that calls `handler` for a request.

        The handler gets the request, and `request.parameters` by name; what it returns goes through
        `to_response`. An `Exception` from either is answered by `failed`, with `routers`.
        """

        def call(request: Any) -> Response:
            try:
                return to_response(handler(request, **request.parameters))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
                return self.failed(request, error, routers)

        return call

    def dispatch(self, request: Any) -> Response:
        """Return the response to a request: its handler's, or the one for there being none.

        `match` finds the route for method, path and host, which is `HTTP_HOST` as it came, or `""`
        (`request.host` raises for what is no host). `request.route` and `request.parameters` become
        what it found, and `route.call` makes the response. Where it finds none:

        - `SlashMissing` is answered by `redirect_to_slash`;
        - `MethodNotAllowed` for the method OPTIONS by a 204 with the error's headers (`Allow`);
        - any other `Exception` by `failed`, with the routers of `routers_at` for path and host.
        """
        environ = request.environ
        path = environ.get("PATH_INFO") or "/"
        if not path.isascii():
            path = decode_path(path)
        host = environ.get("HTTP_HOST", "")
        try:
            route, parameters = self.match(environ["REQUEST_METHOD"], path, host)
        except SlashMissing:
            return self.redirect_to_slash(request, path)
        except Exception as error:  # noqa: BLE001 - a converter may raise anything
            if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
                return Response(b"", 204, error.headers)
            return self.failed(request, error, self.routers_at(path, host))
        request.route = route
        request.parameters = parameters
        return route.call(request)  # type: ignore[no-any-return]

    def redirect_to_slash(self, request: Any, path: str) -> Response:
        """Send the client to the same path with a slash at its end, by 308: the method stays.

        Not for `//host`: as a `Location`, that would be another host. Source: RFC 9110 15.4.9.
        """
        location = request.root_path + path + "/"
        if location.startswith("//"):
            return self.failed(request, HTTPError(404), self.routers_at(path))
        query = request.environ.get("QUERY_STRING", "")
        query = quote(query, safe=QUERY_SAFE, encoding="latin-1")
        return redirect(quote(location, safe=PATH_SAFE) + (f"?{query}" if query else ""), 308)

    def call_hooks(self, request: Any) -> Response:
        """Return the response to a request, with the hooks before and after.

        The functions in `before` are called with the request, in order, until one returns something
        else than `None`: that, by `to_response`, is the answer. If none does, `dispatch` answers.
        Then those in `after` are called, in order, each with the request and the response, which is
        from there on what the hook returns, by `to_response`, unless that is `None`. Where a hook
        raises an `Exception`, the response is what `failed` says with the application as the only
        router, and the hooks in `after` that are still to come are called all the same.
        """
        try:
            for before in self.before:
                answer = before(request)
                if answer is not None:
                    response = to_response(answer)
                    break
            else:
                response = self.dispatch(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
            response = self.failed(request, error, (self,))
        for after in self.after:
            try:
                answer = after(request, response)
                if answer is not None:
                    response = to_response(answer)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
                response = self.failed(request, error, (self,))
        return response

    def failed(self, request: Any, error: Exception, routers: tuple[Router, ...]) -> Response:
        """Return the response to a request that ended in `error`, in a place that `routers` know.

        A `ProtocolError` is taken for an `HTTPError` with its status and message. The response is
        what `answer_error` returns. Where that is a 5xx, and `error` is no `HTTPError`, nobody
        foresaw it: then `log.error` gets a message with the request's `id`, and `error` as
        `exc_info`; and `request_failed`, if it has receivers, is sent with `request` and `error`.
        """
        if isinstance(error, ProtocolError):
            error = HTTPError(error.status, error.message)
        response = self.answer_error(request, error, routers)
        if response.status >= 500 and not isinstance(error, HTTPError):
            log.error("%r failed, reference %s", request, request.id, exc_info=error)
            if request_failed.receivers:
                request_failed.send(self, request=request, error=error)
        return response

    def answer_error(self, request: Any, error: Exception, routers: tuple[Router, ...]) -> Response:
        """Return what the nearest handler for an error says, else a page of ours.

        Where the handler fails in turn, that is logged, and our page is for that; where the page
        fails, a bare one stands in, which can't.
        """
        try:
            handler = find_error_handler(error, routers, debug=self.debug)
            if handler is not None:
                return finish_error(handler(request, error), error)
        except Exception as another:
            log.exception("%r failed in its handler of errors, reference %s", request, request.id)
            error = another
        try:
            return self.error_page(request, error)
        except Exception:
            log.exception("%r failed in its error page, reference %s", request, request.id)
            return Response(error_html(500, f"Reference: {request.id}"), 500)

    def error_page(self, request: Any, error: Exception) -> Response:
        """Return our own page for an error: in JSON for a client that likes it better than HTML.

        What is not an `HTTPError` is told to nobody but the developer, who set `debug`.
        Source: RFC 9457 for JSON.
        """
        if isinstance(error, HTTPError):
            status, message, headers = error.status, error.message, error.headers
        elif self.debug:
            from bistro.debug import debug_page

            return Response(debug_page(request, error), 500, {"Cache-Control": "no-store"})
        else:
            status, message, headers = 500, f"Reference: {request.id}", {}
        accept = request.environ.get("HTTP_ACCEPT", "")
        if "json" in accept and request.accepts("text/html", "application/json") != "text/html":
            title = PHRASES.get(status, "Error")
            detail = message.encode(errors="backslashreplace").decode()
            response = JSON({"status": status, "title": title, "detail": detail}, status, headers)
            response.content_type = "application/problem+json"
            return response
        return Response(error_html(status, message), status, headers)


class View:
    """A class of handlers: its methods `get`, `post` and so on each answer their method.

    `app.route("/dishes/<int:id>")(Dish)` registers it for all that it has: `methods`.
    """

    methods: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.methods = tuple(name.upper() for name in METHODS if hasattr(cls, name))

    def __new__(cls, request: Request, **parameters: Any) -> Any:
        """Answer a request, as any handler: `Dish(request, id=7)` returns what `get` returns.

        The method of the class is called `request.method` in lower case, and for HEAD `get` where
        there is no `head`. It is called with the request and the parameters, on an instance that is
        made for this request alone. Raises `MethodNotAllowed` with `methods` for a method that is
        not among them to the letter: `"get"` is not.
        """
        method = request.method
        if method == "HEAD" and "HEAD" not in cls.methods:
            method = "GET"
        if method not in cls.methods:
            raise MethodNotAllowed(cls.methods)
        return getattr(super().__new__(cls), method.lower())(request, **parameters)


def compose(middlewares: list[Handler], inner: Respond, answer: Answer) -> Respond:
    """Return `inner` with all middleware around it by `wrap`, the first outermost."""
    for middleware in reversed(middlewares):
        inner = wrap(middleware, inner, answer)
    return inner


def wrap(middleware: Handler, inner: Respond, answer: Answer) -> Respond:
    """Return a function that calls one middleware around `inner` for a request.

    `middleware(request, inner)` is called, and its response returned. Where it raises an
    `Exception`, `answer(request, error)` is the response, so that the middleware around this one
    gets a response whatever happens inside. What it returns has to be a `Response`; anything else
    (such as `None`, from one without a `return`) is answered as a `TypeError` that names it.
    """

    def call(request: Any) -> Response:
        try:
            response = middleware(request, inner)
            if not isinstance(response, Response):
                raise TypeError(f"{middleware!r} returned {response!r:.80}; return next(request)?")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
            return answer(request, error)
        return response

    return call


def to_response(value: Any) -> Response:
    """Return the response that a handler means.

    - A `Response` is itself; `str` and `bytes` are HTML, `dict` and `list` are `JSON`;
    - `None` is 204, without a body;
    - an iterator, which has `__next__`, is streamed as HTML;
    - a tuple of two or three is one of these, then the status, and perhaps header fields, which
      stand in the place of those of the same name.

    Raises `TypeError` for anything else, also for a tuple whose status is no `int`; and as
    `Response` and `JSON` do.
    """
    if isinstance(value, Response):
        return value
    if isinstance(value, (str, bytes)):
        return Response(value)
    if isinstance(value, (dict, list)):
        return JSON(value)
    if value is None:
        return Response(b"", 204)
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[1], int):
        response = to_response(value[0])
        response.status = value[1]
        response.headers.update(value[2] if len(value) == 3 else ())
        return response
    if hasattr(value, "__next__"):
        return Response(value)
    raise TypeError(
        "a handler returns a Response, str, bytes, dict, list, None, or one of them with "
        f"a status, not {value!r:.80}"
    )


def find_error_handler(
    error: Exception, routers: tuple[Router, ...], *, debug: bool = False
) -> Handler | None:
    """Return the handler for an error, from the `error_handlers` of `routers`; `None` for none.

    The innermost router, the last, that has a handler for it decides. Of its handlers the closest
    is taken: for an `HTTPError` the one for its status, for any error the one for its class, then
    those for the classes that this derives from, in Python's order (`__mro__`). Last, for what
    is no `HTTPError`, comes the one for 500; not with `debug`, where the developer is to see the
    error.
    """
    for router in reversed(routers):
        if not router.error_handlers:
            continue
        keys: list[Any] = list(type(error).__mro__)
        if isinstance(error, HTTPError):
            keys.insert(0, error.status)
        elif not debug:
            keys.append(500)
        for key in keys:
            if key in router.error_handlers:
                return router.error_handlers[key]
    return None


def finish_error(answer: Any, error: Exception) -> Response:
    """Return the response that a handler for an error means, by `to_response`.

    A `Response` and a tuple say their status themselves. Anything else gets that of the error, 500
    where it is no `HTTPError`. The headers of an `HTTPError` (such as `Allow`) are set where the
    response has none of that name.
    """
    response = to_response(answer)
    if not isinstance(answer, (Response, tuple)):
        response.status = error.status if isinstance(error, HTTPError) else 500
    if isinstance(error, HTTPError):
        for name, value in error.headers.items():
            response.headers.setdefault(name, value)
    return response


@lru_cache(maxsize=64)
def error_html(status: int, message: str) -> bytes:
    """Return a small page for an error."""
    title = f"{status} {PHRASES.get(status, 'Error')}"
    if message:
        from html import escape  # imported late: it brings two thousand names of entities

        message = f"<p>{escape(message)}</p>"
    page = f"<!doctype html><title>{title}</title><h1>{title}</h1>{message}"
    return page.encode(errors="backslashreplace")


def mounted(route: Route) -> Handler:
    """Return a handler for a mount: it has the WSGI application answer."""
    application = route.handler
    depth = route.path.count("/") - 1

    def handler(request: Any, **parameters: Any) -> Response:
        return run_wsgi(application, below(request.environ, depth))

    return handler


def below(environ: Environ, depth: int) -> Environ:
    """Return the environ for an application that is mounted `depth` segments down the path.

    It is a new dict, where these segments have gone from the beginning of `PATH_INFO` to the end of
    `SCRIPT_NAME`: with `depth` 1 `/shop/cart` becomes `/shop` and `/cart`, `/shop` becomes `/shop`
    and nothing. A `PATH_INFO` that is missing or empty counts as `"/"`, a missing `SCRIPT_NAME` as
    empty. `bistro.mounted`, `True`, tells an application of ours that it may raise `HTTPError`,
    which is answered as a handler's is. Source: PEP 3333 "environ Variables".
    """
    path = environ.get("PATH_INFO") or "/"
    prefix = "/".join(path.split("/")[: depth + 1])
    return {
        **environ,
        "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + prefix,
        "PATH_INFO": path[len(prefix) :],
        "bistro.mounted": True,
    }


class Relayed(Response):
    """The response of another WSGI application: as it gave it, unless somebody changes it.

    `line` is its status line, `fields` and `body` what it gave. Raises `ValueError` for a line that
    does not begin with a status.
    """

    __slots__ = ("given",)

    def __init__(self, line: str, fields: list[tuple[str, str]], body: Any) -> None:
        super().__init__(body, int(line[:3]))
        self.fields = list(fields)
        self.given: tuple[str, int, Any] = (line, self.status, body)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        line, status, given = self.given
        changed = self.status != status or self.body is not given
        if changed:
            return super().__call__(environ, start_response)
        start_response(line, self.fields)
        return given  # type: ignore[no-any-return]


class Resumed:
    """What an application has yielded already, then the rest of it; closed as `body` is."""

    __slots__ = ("body", "first", "rest")

    def __init__(self, first: list[bytes], rest: Iterable[bytes], body: Any) -> None:
        self.first = first
        self.rest = rest
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from self.first
        yield from self.rest

    def close(self) -> None:
        """Close what the application returned."""
        discard(self.body)


def run_wsgi(application: Callable[..., Any], environ: Environ) -> Response:
    """Return the response of a WSGI application: a `Relayed`, whose body is not read yet.

    An application may call `start_response` only when its first piece is asked for, as a generator
    does: then that piece is asked for here, and comes first (`Resumed`). So does what it has given
    to `write`. Otherwise the body is the very object that the application returned.

    Of two calls of `start_response` before the response is returned, the second counts. After that
    a call raises the error in its `exc_info`; where that is missing or holds none, and for `write`,
    it is `RuntimeError`.
    Raises `RuntimeError` for an application that has not called it with its first piece; what it
    returned is closed, then as after any other error here. Source: PEP 3333.
    """
    head: list[Any] = []
    first: list[bytes] = []
    returned = False

    def start_response(line: str, fields: Any, exc_info: Any = None) -> Callable[..., Any]:
        if returned:
            raise (exc_info and exc_info[1]) or too_late
        head[:] = [line, fields]
        return write

    def write(data: bytes) -> None:
        if returned:
            raise too_late
        first.append(data)

    too_late = RuntimeError(f"the response of {application!r} is on its way already")
    body = application(environ, start_response)
    try:
        rest = body
        if not head:
            rest = iter(body)
            first.extend(islice(rest, 1))
        if not head:
            raise RuntimeError(f"{application!r} did not call start_response")
        line, fields = head
        response = Relayed(line, fields, Resumed(first, rest, body) if first else body)
    except BaseException:
        discard(body)
        raise
    returned = True
    return response
