"""What these tests share: environs, requests, and a client that checks both sides of WSGI."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest


def environ_for(path="/", method="GET", body=b"", **variables):
    """An environ as a server makes it; the path is text, as it stands in a browser."""
    path, _, query = path.partition("?")
    environ = {
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.input": BytesIO(body),
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    setup_testing_defaults(environ)
    return {**environ, **variables}


class Answer:
    """What an application answered: status, fields, body."""

    def __init__(self, application, environ):
        def start_response(line, fields, exc_info=None):
            self.line, self.status, self.fields = line, int(line[:3]), fields
            return lambda data: None

        result = application(environ, start_response)
        self.body = b"".join(result)
        if hasattr(result, "close"):
            result.close()

    @property
    def text(self):
        return self.body.decode()

    def __getitem__(self, name):
        """The value of a field, in whatever case; `None` where there is none."""
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        return values[0] if values else None


@pytest.fixture
def environ():
    return environ_for


@pytest.fixture
def visit():
    """`visit(app, "/menu", "POST", …)`: the answer, with Python's WSGI checker in between."""
    return lambda app, *arguments, **variables: Answer(
        validator(app), environ_for(*arguments, **variables)
    )


@pytest.fixture
def sent():
    """`sent(response)`: what a client gets of a response."""
    return lambda response, method="GET": Answer(validator(response), environ_for(method=method))


@pytest.fixture
def ask():
    """`ask(app, "/menu")`: a request as the handlers of `app` get it."""
    return lambda app, *arguments, **variables: app.request_class(
        environ_for(*arguments, **variables)
    )
