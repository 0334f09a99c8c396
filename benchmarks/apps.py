"""The applications that every server is asked to serve; standard library only."""

from __future__ import annotations

from typing import Any

HELLO = b"hello world\n"
PAGE = b"x" * 10_240


def respond(start_response: Any, body: bytes) -> list[bytes]:
    """Answer 200 with `body`."""
    fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", fields)
    return [body]


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer `/` with a line, `/page` with 10 KiB, `/echo` with the request's body."""
    path = environ["PATH_INFO"]
    if path == "/echo":
        return respond(start_response, environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return respond(start_response, PAGE if path == "/page" else HELLO)


if __name__ == "__main__":  # `python -m benchmarks.apps PORT`: on the standard library's server
    import sys
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            """Log nothing, as the other servers don't."""

    make_server("127.0.0.1", int(sys.argv[1]), app, handler_class=Quiet).serve_forever()
