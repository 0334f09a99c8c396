"""How long one call of an application takes: ours, and the same one written for each peer.

No server and no socket: each subject gets the same environ, and its body is read to the end.
Starlette has no WSGI; its coroutine gets the same request as an ASGI scope, and is run to its end.
"""

from __future__ import annotations

import importlib
import io
import logging
import sys
from functools import partial
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

from benchmarks.table import Target, interleave, microseconds, show, show_versions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Call = Callable[[], tuple[int, bytes]]

ROUTES = 200
HIT = "/part/150/dish/7"
"""The request for the case with many routes: one of those in the second half."""
FORM = b"&".join(b"field%d=caf%%C3%%A9+au+lait+%d" % (number, number) for number in range(10))
PURE = "falcon, pure Python"
AS_INSTALLED = "falcon, C helpers"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SIZES = (10, 100, 1000, 10_000)
CALLS = 2000


def hello() -> str:
    return "hello, guest"


def menu() -> dict[str, Any]:
    return {"dish": "leek tart", "price": 11, "vegetarian": True, "tables": [1, 2, 3]}


def ours(routes: int = ROUTES) -> Any:
    from bistro.app import App

    app = App()
    app.get("/")(lambda request: hello())
    app.get("/menu", name="menu")(lambda request: menu())
    app.post("/book", name="book")(lambda request: str(len(request.form)))
    for number in range(routes):
        app.get(f"/part/{number}/dish/<int:id>", name=f"dish{number}")(
            lambda request, id: f"dish {id}"
        )
    return app


def with_falcon(falcon: ModuleType) -> Any:
    class Hello:
        def on_get(self, request: Any, response: Any) -> None:
            response.content_type = "text/html"
            response.text = hello()

    class Menu:
        def on_get(self, request: Any, response: Any) -> None:
            response.media = menu()

    class Book:
        def on_post(self, request: Any, response: Any) -> None:
            response.text = str(len(request.get_media()))

    class Dish:
        def on_get(self, request: Any, response: Any, id: int) -> None:
            response.text = f"dish {id}"

    app = falcon.App()
    app.add_route("/", Hello())
    app.add_route("/menu", Menu())
    app.add_route("/book", Book())
    for number in range(ROUTES):
        app.add_route(f"/part/{number}/dish/{{id:int}}", Dish())
    return app


def falcon_as_installed() -> Any:
    return with_falcon(importlib.import_module("falcon"))


def falcon_in_python() -> Any:
    """Import Falcon a second time, as it is where its compiled helpers can't be imported."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if in_falcon(name)}
    blocked: Any = None  # what the import system takes for "there is no such module"
    sys.modules.update({f"falcon.cyutil.{name}": blocked for name in ("misc", "reader", "uri")})
    try:
        return with_falcon(importlib.import_module("falcon"))
    finally:
        for name in [name for name in sys.modules if in_falcon(name)]:
            del sys.modules[name]
        sys.modules.update(kept)


def in_falcon(name: str) -> bool:
    return name == "falcon" or name.startswith("falcon.")


def with_flask() -> Any:
    import flask

    app = flask.Flask("bench")
    app.get("/")(hello)
    app.get("/menu")(menu)
    app.post("/book")(lambda: str(len(flask.request.form)))
    for number in range(ROUTES):
        app.add_url_rule(
            f"/part/{number}/dish/<int:id>",
            f"dish{number}",
            lambda id: f"dish {id}",
        )
    return app


def with_bottle() -> Any:
    import bottle

    app = bottle.Bottle()
    app.get("/", callback=hello)
    app.get("/menu", callback=menu)
    app.post("/book", callback=lambda: str(len(bottle.request.forms)))
    for number in range(ROUTES):
        app.get(f"/part/{number}/dish/<id:int>", callback=lambda id: f"dish {id}")
    return app


def with_pyramid() -> Any:
    from pyramid.config import Configurator
    from pyramid.response import Response

    with Configurator() as config:

        def add(path: str, view: Callable[[Any], Any], **options: Any) -> None:
            config.add_route(path, path)
            config.add_view(view, route_name=path, **options)

        add("/", lambda request: Response(hello()))
        add("/menu", lambda request: menu(), renderer="json")
        add("/book", lambda request: Response(str(len(request.POST))), request_method="POST")
        for number in range(ROUTES):
            path = f"/part/{number}/dish/{{id:[0-9]+}}"
            add(path, lambda request: Response(f"dish {int(request.matchdict['id'])}"))
        return config.make_wsgi_app()


def with_django() -> Any:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse, JsonResponse
    from django.urls import path

    def dish(request: Any, id: int) -> Any:
        return HttpResponse(f"dish {id}")

    urls = (
        path("", lambda request: HttpResponse(hello())),
        path("menu", lambda request: JsonResponse(menu())),
        path("book", lambda request: HttpResponse(str(len(request.POST)))),
        *(path(f"part/{number}/dish/<int:id>", dish) for number in range(ROUTES)),
    )
    settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=urls, MIDDLEWARE=[])
    return get_wsgi_application()


def with_starlette() -> Any:
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, JSONResponse
    from starlette.routing import Route

    async def index(request: Any) -> Any:
        return HTMLResponse(hello())

    async def card(request: Any) -> Any:
        return JSONResponse(menu())

    async def book(request: Any) -> Any:
        return HTMLResponse(str(len(await request.form())))

    async def dish(request: Any) -> Any:
        return HTMLResponse(f"dish {request.path_params['id']}")

    return Starlette(
        routes=[
            Route("/", index),
            Route("/menu", card),
            Route("/book", book, methods=["POST"]),
            *(Route(f"/part/{number}/dish/{{id:int}}", dish) for number in range(ROUTES)),
        ]
    )


WSGI: dict[str, Callable[[], Any]] = {
    "bistro": ours,
    AS_INSTALLED: falcon_as_installed,
    PURE: falcon_in_python,
    "bottle": with_bottle,
    "pyramid": with_pyramid,
    "flask": with_flask,
    "django": with_django,
}


def environ_for(path: str, form: bytes = b"") -> dict[str, Any]:
    """Return an environ as a server makes it for a request of a browser."""
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    environ.update(
        PATH_INFO=path, REMOTE_ADDR="127.0.0.1", QUERY_STRING="", HTTP_HOST="127.0.0.1:8000",
        HTTP_USER_AGENT="Mozilla/5.0", HTTP_ACCEPT=BROWSER,
    )  # fmt: skip
    if form:
        environ.update(
            REQUEST_METHOD="POST", CONTENT_TYPE="application/x-www-form-urlencoded",
            CONTENT_LENGTH=str(len(form)),
        )  # fmt: skip
    return environ


def wsgi_call(app: Any, path: str, form: bytes = b"") -> Call:
    """Return a function that asks a WSGI application for a path, and reads what comes."""
    template = environ_for(path, form)

    def call() -> tuple[int, bytes]:
        status = ""

        def start_response(line: str, fields: Any, exc_info: Any = None) -> None:
            nonlocal status
            status = line

        environ = template.copy()
        environ["wsgi.input"] = io.BytesIO(form)
        body = app(environ, start_response)
        data = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return int(status[:3]), data

    return call


def asgi_call(app: Any, path: str, form: bytes = b"") -> Call:
    """Return a function that asks an ASGI application for a path, without an event loop."""
    fields = [
        (b"host", b"127.0.0.1:8000"), (b"user-agent", b"Mozilla/5.0"),
        (b"accept", BROWSER.encode()),
    ]  # fmt: skip
    if form:
        fields.append((b"content-type", b"application/x-www-form-urlencoded"))
        fields.append((b"content-length", str(len(form)).encode()))
    template = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": "POST" if form else "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "headers": fields,
        "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip

    def call() -> tuple[int, bytes]:
        status = 0
        data = b""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": form, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, data
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                data += message.get("body", b"")

        try:
            app(template.copy(), receive, send).send(None)
        except StopIteration:
            return status, data
        raise RuntimeError("the application waits for something that is not there")

    return call


CASES: dict[str, tuple[str, bytes, int, bytes, Target]] = {
    "text": ("/", b"", 200, b"hello, guest", Target(AS_INSTALLED, 0.75)),
    "JSON": ("/menu", b"", 200, b"leek tart", Target(AS_INSTALLED, 0.8)),
    f"{ROUTES} routes, a dynamic one": (HIT, b"", 200, b"dish 7", Target(AS_INSTALLED, 0.8)),
    "form of 10 fields": ("/book", FORM, 200, b"10", Target(AS_INSTALLED, 2.0)),
    "404": ("/nowhere", b"", 404, b"", Target(AS_INSTALLED, 0.3)),
}
"""Title to path, form, the status and a part of the body that all must answer, and the target."""


def checked(name: str, call: Call, status: int, part: bytes) -> Call:
    """Return `call`, after it was tried: who answers something else is not measured."""
    answer = call()
    if answer[0] != status or part not in answer[1]:
        raise RuntimeError(f"{name} answers {answer!r:.200}, not {status} with {part!r}")
    return call


def run(rounds: int) -> None:
    """Measure all applications in all cases, and print the tables."""
    logging.disable()  # Django logs each 404
    show_versions("falcon", "bottle", "pyramid", "flask", "django", "starlette")
    apps = {name: make() for name, make in WSGI.items()}
    starlette = with_starlette()
    for title, (path, form, status, part, target) in CASES.items():
        calls = {name: wsgi_call(app, path, form) for name, app in apps.items()}
        calls["starlette"] = asgi_call(starlette, path, form)
        subjects = {
            name: partial(microseconds, checked(name, call, status, part), CALLS)
            for name, call in calls.items()
        }
        measured = interleave(subjects, rounds)
        show(f"application call, {title}", "µs", measured, more_is_better=False, target=target)

    grow(rounds)


def grow(rounds: int) -> None:
    """Measure our own call of a dynamic route among ever more routes."""
    subjects = {}
    for size in SIZES:
        call = wsgi_call(ours(size), f"/part/{size // 4 * 3}/dish/7")
        name = "bistro" if size == SIZES[-1] else f"bistro, {size} routes"
        subjects[name] = partial(microseconds, checked(name, call, 200, b"dish 7"), CALLS)
    measured = interleave(subjects, rounds)
    show(f"a dynamic route; bistro: among {SIZES[-1]:,}", "µs", measured, more_is_better=False,
         target=Target(f"bistro, {SIZES[0]} routes", 1.2))  # fmt: skip
