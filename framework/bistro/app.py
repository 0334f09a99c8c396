"""The application: finds the handler for a request, calls it, and makes a response of what it says.

Around that lie the middleware, composed once, and what happens when something fails. Builds on
request, response and routing; a WSGI server calls it.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from bistro.errors import PHRASES, HTTPError
from bistro.http import ProtocolError
from bistro.request import PATH_SAFE, Request, decode_path, lazy  # type: ignore[attr-defined]
from bistro.response import JSON, Response, discard, redirect
from bistro.routing import MethodNotAllowed, Router, SlashMissing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, ClassVar

    from bistro.routing import Converter, Handler, Route

    Environ = dict[str, Any]
    Respond = Callable[[Request], Response]

log = logging.getLogger("bistro.app")

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
"""The methods that a `View` may have, as its functions are called."""


class Signal:
    """Something that happens, and that extensions want to hear of.

    Receivers are called in the order in which they connected, with the sender and what is sent.
    An error in one is logged, and the next is called all the same.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.receivers: list[Callable[..., object]] = []

    def connect(self, receiver: Callable[..., Any]) -> Callable[..., Any]:
        """Call `receiver` whenever the signal is sent; usable as a decorator."""
        self.receivers.append(receiver)
        return receiver

    def disconnect(self, receiver: Callable[..., Any]) -> None:
        """Call `receiver` no more."""
        self.receivers.remove(receiver)

    def send(self, sender: object, **values: Any) -> None:
        """Call all receivers with the sender and the values."""
        for receiver in list(self.receivers):
            try:
                receiver(sender, **values)
            except Exception:
                log.exception("a receiver of %s failed", self.name)


request_started = Signal("request_started")
"""Sent by the application with `request`, before anything else is done with it."""
request_finished = Signal("request_finished")
"""Sent by the application with `request` and `response`, before the response is sent."""
request_failed = Signal("request_failed")
"""Sent by the application with `request` and `error`, when a handler raised the unforeseen."""


class AppRequest(Request):
    """A request as the handlers of an application get it.

    `app` is the application; `route` the route that was found, `None` before; `parameters` are the
    values of its parameters.
    """

    app: ClassVar[App]
    route: Route | None = None
    parameters: Mapping[str, Any] = {}  # never changed, but replaced

    @lazy
    def id(self) -> str:
        """A name for this request, of 16 hexadecimal digits, for logs and error pages."""
        import secrets

        return secrets.token_hex(8)

    @lazy
    def context(self) -> dict[str, Any]:
        """What every template and handler sees: all that the context processors give."""
        values: dict[str, Any] = {"request": self}
        for processor in self.app.context_processors:
            values.update(processor(self))
        return values

    def url_for(self, name: str, /, **parameters: Any) -> str:
        """Return a route's path as this client sees it, the place of the application included."""
        return self.root_path + self.app.url_for(name, **parameters)


class App(Router):
    """A WSGI application made of routes.

    `debug` shows tracebacks to the client: never in public. `secret_key` is for what signs, such
    as sessions. `config` holds the settings of the application and its extensions; `MAX_BODY` and
    `MAX_FIELDS` are the request's limits.
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
        self.after: list[Callable[[Any, Response], Response | None]] = []
        limits = {
            name.lower(): self.config[name]
            for name in ("MAX_BODY", "MAX_FIELDS")
            if name in self.config
        }
        self.request_class = type("Request", (AppRequest,), {"app": self, **limits})
        self.respond: Respond = self.dispatch  # with the middleware around it

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        request = self.request_class(environ)
        if request_started.receivers:
            request_started.send(self, request=request)
        if self.table is None:
            self.prepare()
        try:
            response = self.respond(request)
            if request_finished.receivers:
                request_finished.send(self, request=request, response=response)
            return response(environ, start_response)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
            return self.failed(request, error, (self,))(environ, start_response)

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
        own handlers.
        """
        self.compile()
        for route in self.compiled:
            inner = self.call_wsgi(route) if route.is_mount else self.call_handler(route)
            for router in reversed(route.routers[1:]):
                inner = compose(router.middlewares, inner)
            route.call = self.guard(inner, route.routers) if route.routers[1:] else inner
        hooked = self.call_hooks if self.before or self.after else self.dispatch
        self.respond = compose(self.middlewares, hooked)

    def call_handler(self, route: Route) -> Respond:
        """Return a function that calls the handler of `route` for a request, errors and all."""
        handler, routers = route.handler, route.routers

        def call(request: Any) -> Response:
            try:
                return to_response(handler(request, **request.parameters))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
                return self.failed(request, error, routers)

        return call

    def call_wsgi(self, route: Route) -> Respond:
        """Return a function that calls a mounted WSGI application for a request."""
        application = route.handler
        depth = route.path.count("/") - 1

        def call(request: Any) -> Response:
            return run_wsgi(application, below(request.environ, depth))

        return self.guard(call, route.routers)

    def guard(self, inner: Respond, routers: tuple[Router, ...]) -> Respond:
        """Return `inner` with its errors answered as `routers` want them to be."""

        def call(request: Any) -> Response:
            try:
                return inner(request)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is answered
                return self.failed(request, error, routers)

        return call

    def call_hooks(self, request: Any) -> Response:
        """Return the response of `dispatch`, with the hooks before and after."""
        for before in self.before:
            answer = before(request)
            if answer is not None:
                response = to_response(answer)
                break
        else:
            response = self.dispatch(request)
        for after in self.after:
            response = after(request, response) or response
        return response

    def dispatch(self, request: Any) -> Response:
        """Return the response to a request: its handler's, or the one for there being none."""
        environ = request.environ
        path = environ.get("PATH_INFO") or "/"
        if not path.isascii():
            path = decode_path(path)
        host = environ.get("HTTP_HOST", "") if self.hosts else ""
        try:
            route, parameters = self.match(environ["REQUEST_METHOD"], path, host)
        except MethodNotAllowed as error:
            if request.method == "OPTIONS":
                return Response(b"", 204, error.headers)
            return self.failed(request, error, self.routers_at(path))
        except SlashMissing:
            return self.redirect_to_slash(request, path)
        except HTTPError as error:
            return self.failed(request, error, self.routers_at(path))
        request.route = route
        request.parameters = parameters
        return route.call(request)  # type: ignore[no-any-return]

    def redirect_to_slash(self, request: Any, path: str) -> Response:
        """Send the client to the same path with a slash at its end, by 308: the method stays.

        Not for `//host`: as a `Location`, that would be another host. Source: RFC 9110 15.4.9.
        """
        location = request.root_path + path + "/"
        if location.startswith("//"):
            return self.failed(request, HTTPError(404), (self,))
        query = request.environ.get("QUERY_STRING", "")
        return redirect(quote(location, safe=PATH_SAFE) + (f"?{query}" if query else ""), 308)

    def failed(self, request: Any, error: Exception, routers: tuple[Router, ...]) -> Response:
        """Return the response to a request whose handler raised `error`.

        The handler of errors that is nearest answers: in the innermost of `routers`, the one for
        the status or the closest class; else a page of ours. What nobody foresaw is logged with its
        traceback and the request's `id`, which is all that the client is told of it.
        """
        if isinstance(error, ProtocolError):
            error = HTTPError(error.status, error.message)
        if not isinstance(error, HTTPError):
            name = f"{request.method} {request.path}"
            log.error("%s failed, reference %s", name, request.id, exc_info=error)
            request_failed.send(self, request=request, error=error)
        handler = find_error_handler(error, routers)
        if handler is None:
            return self.error_page(request, error)
        try:
            return finish_error(handler(request, error), error)
        except Exception as another:
            log.exception("the handler of %r failed, reference %s", error, request.id)
            return self.error_page(request, another)

    def error_page(self, request: Any, error: Exception) -> Response:
        """Return our own page for an error: in JSON for a client that likes it better than HTML."""
        if isinstance(error, HTTPError):
            status, message = error.status, error.message
        elif self.debug:
            from bistro.debug import debug_page

            return Response(debug_page(request, error), 500)
        else:
            status, message = 500, f"Reference: {request.id}"
        accept = request.environ.get("HTTP_ACCEPT", "")
        if "json" in accept and request.accepts("text/html", "application/json") != "text/html":
            title = f"{status} {PHRASES.get(status, 'Error')}"
            problem = {"status": status, "title": title, "detail": message}
            return finish_error(JSON(problem, status), error)
        return finish_error(Response(error_html(status, message), status), error)


class View:
    """A class of handlers: its methods `get`, `post` and so on each answer their method.

    `app.route("/dishes/<int:id>")(Dish)` registers it for all that it has. Called with a request
    and the parameters, as any handler, it makes an instance for this request alone.
    """

    methods: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.methods = tuple(name.upper() for name in METHODS if hasattr(cls, name))

    def __new__(cls, request: Request, **parameters: Any) -> Any:
        name = request.method.lower()
        if name == "head" and not hasattr(cls, "head"):
            name = "get"
        return getattr(super().__new__(cls), name)(request, **parameters)


def compose(middlewares: list[Handler], inner: Respond) -> Respond:
    """Return `inner` with all middleware around it, the first outermost."""
    for middleware in reversed(middlewares):
        inner = wrap(middleware, inner)
    return inner


def wrap(middleware: Handler, inner: Respond) -> Respond:
    """Return `inner` with one middleware around it, whose answer has to be a response."""

    def call(request: Any) -> Response:
        response = middleware(request, inner)
        if not isinstance(response, Response):
            raise TypeError(f"{middleware!r} returned {response!r}; return next(request)?")
        return response

    return call


def to_response(value: Any) -> Response:
    """Return the response that a handler means.

    A `Response` itself; `str` is HTML, `bytes` too; `dict` and `list` are JSON; `None` is 204; an
    iterator is streamed. A tuple is one of these with a status, and perhaps headers, behind it.
    Raises `TypeError` for anything else.
    """
    if isinstance(value, Response):
        return value
    if isinstance(value, (str, bytes)):
        return Response(value)
    if isinstance(value, (dict, list)):
        return JSON(value)
    if value is None:
        return Response(b"", 204)
    if isinstance(value, tuple) and len(value) in (2, 3):
        response = to_response(value[0])
        response.status = value[1]
        response.headers.update(value[2] if len(value) == 3 else ())
        return response
    if hasattr(value, "__next__"):
        return Response(value)
    raise TypeError(
        f"a handler returns a Response, str, bytes, dict, list or None, not {value!r:.80}"
    )


def find_error_handler(error: Exception, routers: tuple[Router, ...]) -> Handler | None:
    """Return the handler for an error: of the innermost router that has one, the closest.

    What is closest: 404, then `HTTPError`; `KeyError`, then `LookupError`, then 500.
    """
    for router in reversed(routers):
        if not router.error_handlers:
            continue
        classes = type(error).__mro__
        keys = (error.status, *classes) if isinstance(error, HTTPError) else (*classes, 500)
        for key in keys:
            if key in router.error_handlers:
                return router.error_handlers[key]
    return None


def finish_error(answer: Any, error: Exception) -> Response:
    """Return the response to an error, with the fields that go with it.

    It has the error's status, unless `answer` is a `Response` with a status of its own.
    """
    response = to_response(answer)
    if not isinstance(error, HTTPError):
        if response is not answer:
            response.status = 500
        return response
    if response is not answer:
        response.status = error.status
    for name, value in error.headers.items():
        response.headers.setdefault(name, value)
    return response


def error_html(status: int, message: str) -> str:
    """Return a small page for an error."""
    title = f"{status} {PHRASES.get(status, 'Error')}"
    if message:
        from html import escape  # imported late: it brings two thousand names of entities

        message = f"<p>{escape(message)}</p>"
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{message}"


def below(environ: Environ, depth: int) -> Environ:
    """Return the environ for an application that is mounted `depth` segments down the path.

    These go from `PATH_INFO` to the end of `SCRIPT_NAME`. `bistro.mounted` tells an application of
    ours that it may raise `HTTPError`, which is answered as one of a handler is. Source: PEP 3333 "environ Variables".
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
    """The response of another WSGI application, as it gave it."""

    __slots__ = ("line",)

    def __init__(self, line: str, fields: list[tuple[str, str]], body: Any) -> None:
        super().__init__(body, int(line[:3]))
        self.line = line
        self.fields = list(fields)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        line = self.line if self.line.startswith(str(self.status)) else None
        if line is None:
            return super().__call__(environ, start_response)
        start_response(line, self.fields)
        body: Iterable[bytes] = self.body  # type: ignore[assignment]
        return body


class Resumed:
    """What an application yielded before it was known to have begun, then the rest of it."""

    __slots__ = ("body", "first", "rest")

    def __init__(self, first: list[bytes], rest: Iterable[bytes], body: Any) -> None:
        self.first = first
        self.rest = rest
        self.body = body

    def __iter__(self) -> Any:
        yield from self.first
        yield from self.rest

    def close(self) -> None:
        """Close what the application returned."""
        discard(self.body)


def run_wsgi(application: Callable[..., Any], environ: Environ) -> Response:
    """Return the response of a WSGI application, whose body is streamed.

    Raises `RuntimeError` where it does not call `start_response`. Source: PEP 3333.
    """
    started: list[Any] = []
    first: list[bytes] = []
    relayed = False

    def start_response(status: str, fields: Any, exc_info: Any = None) -> Callable[..., Any]:
        if exc_info and exc_info[1] and relayed:
            raise exc_info[1]
        started[:] = [status, fields]
        return first.append

    body = application(environ, start_response)
    rest = body
    if not started:  # a generator, that does it with its first piece
        rest = iter(body)
        for piece in rest:
            first.append(piece)
            if started:
                break
    if not started:
        discard(body)
        raise RuntimeError(f"{application!r} did not call start_response")
    relayed = True
    return Relayed(started[0], started[1], Resumed(first, rest, body) if first else body)
