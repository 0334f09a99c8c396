"""Applications that were not written for this server run on it unchanged."""

from __future__ import annotations

import io

import pytest
import requests

pytest.importorskip("flask")


@pytest.fixture
def visit(serve):
    """Serve an application and return a session of requests, and the address to ask."""
    sessions = []

    def start(app):
        host, port = serve(app).address
        sessions.append(requests.Session())
        return sessions[-1], f"http://{host}:{port}"

    yield start
    for session in sessions:
        session.close()


def flask_site():
    import flask

    app = flask.Flask("site")
    app.secret_key = "for these tests"

    @app.get("/")
    def index():
        flask.session["visits"] = flask.session.get("visits", 0) + 1
        return {"visits": flask.session["visits"], "url": flask.request.url}

    @app.post("/upload")
    def upload():
        file = flask.request.files["dish"]
        return {"name": file.filename, "size": len(file.read()), "note": flask.request.form["note"]}

    @app.get("/stream")
    def stream():
        @flask.stream_with_context
        def lines():
            for n in range(1000):
                yield f"{n} {flask.request.path}\n"

        return lines()

    @app.get("/file")
    def file():
        return flask.send_file(io.BytesIO(b"x" * 300_000), "application/pdf", conditional=True)

    @app.get("/fail")
    def fail():
        raise ValueError("no")

    return app


def test_flask_sessions(visit):
    session, url = visit(flask_site())
    assert [session.get(f"{url}/").json()["visits"] for _ in range(3)] == [1, 2, 3]
    assert session.get(f"{url}/?a=%C3%A9").json()["url"] == f"{url}/?a=é"


def test_flask_upload(visit):
    session, url = visit(flask_site())
    answer = session.post(
        f"{url}/upload", files={"dish": ("søup.png", b"x" * 2_000_000)}, data={"note": "hot"}
    )
    assert answer.json() == {"name": "søup.png", "size": 2_000_000, "note": "hot"}


def test_flask_upload_in_chunks(visit):
    session, url = visit(flask_site())
    prepared = requests.Request(
        "POST", f"{url}/upload", files={"dish": ("a", b"abc")}, data={"note": "n"}
    ).prepare()
    body = prepared.body
    del prepared.headers["Content-Length"]
    answer = session.post(
        prepared.url, data=iter([body[:50], body[50:]]), headers=dict(prepared.headers)
    )
    assert answer.json() == {"name": "a", "size": 3, "note": "n"}


def test_flask_streaming(visit):
    session, url = visit(flask_site())
    answer = session.get(f"{url}/stream", stream=True)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.text.splitlines() == [f"{n} /stream" for n in range(1000)]


def test_flask_files_ranges_and_head(visit):
    session, url = visit(flask_site())
    assert session.get(f"{url}/file").content == b"x" * 300_000
    part = session.get(f"{url}/file", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, b"x" * 10)
    assert session.head(f"{url}/file").headers["Content-Length"] == "300000"


def test_flask_errors(visit):
    session, url = visit(flask_site())
    assert session.get(f"{url}/fail").status_code == 500
    assert session.get(f"{url}/nowhere").status_code == 404
    assert session.post(f"{url}/").status_code == 405
    assert session.get(f"{url}/").status_code == 200


def test_bottle(visit):
    import bottle

    app = bottle.Bottle()

    @app.get("/hello/<name>")
    def hello(name):
        return f"hello {name}"

    @app.post("/form")
    def form():
        return {"dish": bottle.request.forms.getunicode("dish")}

    @app.get("/stream")
    def stream():
        yield "one "
        yield "two"

    session, url = visit(app)
    assert session.get(f"{url}/hello/caf%C3%A9").text == "hello café"
    assert session.post(f"{url}/form", data={"dish": "soupe à l'oignon"}).json() == {
        "dish": "soupe à l'oignon"
    }
    assert session.get(f"{url}/stream").text == "one two"
    assert session.get(f"{url}/nowhere").status_code == 404


def test_pyramid(visit):
    from pyramid.config import Configurator
    from pyramid.response import Response

    def hello(request):
        return Response(f"hello {request.matchdict['name']}")

    def upload(request):
        return {"size": len(request.POST["dish"].file.read())}

    with Configurator() as config:
        config.add_route("hello", "/hello/{name}")
        config.add_view(hello, route_name="hello")
        config.add_route("upload", "/upload")
        config.add_view(upload, route_name="upload", renderer="json", request_method="POST")
        app = config.make_wsgi_app()
    session, url = visit(app)
    assert session.get(f"{url}/hello/caf%C3%A9").text == "hello café"
    assert session.post(f"{url}/upload", files={"dish": b"x" * 99_999}).json() == {"size": 99_999}
    assert session.get(f"{url}/nowhere").status_code == 404
