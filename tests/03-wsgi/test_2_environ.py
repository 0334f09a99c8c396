"""Step 3.2: the environ of a request."""

from io import BytesIO
from wsgiref.validate import validator

import pytest

from bistro.http import parse_request_head
from bistro.wsgi import base_environ, build_environ

BASE = base_environ("127.0.0.1", 8000)


def environ_of(request_line, *fields, body=b""):
    """The environ of a request given by its lines."""
    head = "\r\n".join([request_line, "Host: bistro.example", *fields, "", ""])
    request = parse_request_head(head.encode("latin-1"))
    return build_environ(BASE, request, BytesIO(body), len(body), "192.0.2.7")


def test_the_request_line_is_there():
    """Method, path, query and version have variables of their own."""
    environ = environ_of("GET /caf%C3%A9?day=%20mon HTTP/1.1")
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["PATH_INFO"] == "/cafÃ©"
    assert environ["QUERY_STRING"] == "day=%20mon"
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ_of("PUT / HTTP/1.0")["SERVER_PROTOCOL"] == "HTTP/1.0"


def test_a_query_is_there_even_when_empty():
    """QUERY_STRING is always there, empty when the target has no query."""
    assert environ_of("GET / HTTP/1.1")["QUERY_STRING"] == ""


def test_fields_become_variables():
    """Each field's value is found under the field's variable, unchanged, even an empty one."""
    environ = environ_of("GET / HTTP/1.1", "X-Table: 7", "Content-Type: text/plain; a=B", "X-No:")
    assert environ["HTTP_X_NO"] == ""
    assert environ["HTTP_X_TABLE"] == "7"
    assert environ["HTTP_HOST"] == "bistro.example"
    assert environ["CONTENT_TYPE"] == "text/plain; a=B"
    assert "HTTP_CONTENT_TYPE" not in environ


def test_values_are_latin_1():
    """A value with bytes above ASCII is in the environ as latin-1 characters, as it came."""
    assert environ_of("GET / HTTP/1.1", "X-Guest: Zo\xc3\xab")["HTTP_X_GUEST"] == "Zo\xc3\xab"


def test_the_server_and_the_client_are_there():
    """What base says is in every environ, and the client's address is REMOTE_ADDR."""
    environ = environ_of("GET / HTTP/1.1")
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
    assert {key: environ[key] for key in BASE} == BASE


def test_each_environ_is_new():
    """The environ is the application's to change: neither base nor the next request sees it."""
    before = dict(BASE)
    first = environ_of("GET / HTTP/1.1")
    first["SCRIPT_NAME"] = "/changed"
    first["mine"] = True
    assert before == BASE
    assert "mine" not in environ_of("GET / HTTP/1.1")
    assert type(first) is dict


def test_the_body_is_the_input():
    """wsgi.input is the body that was given, and ends where the body ends."""
    body = BytesIO(b"dish=trout")
    request = parse_request_head(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
    environ = build_environ(BASE, request, body, 10, "192.0.2.7")
    assert environ["wsgi.input"] is body
    assert environ["wsgi.input"].read() == b"dish=trout"
    assert environ["wsgi.input"].read() == b""


def test_the_length_is_the_bodys():
    """CONTENT_LENGTH is the length of the body as a string of digits."""
    environ = environ_of("POST / HTTP/1.1", "Content-Length: 0000010", body=b"dish=trout")
    assert environ["CONTENT_LENGTH"] == "10"
    assert "HTTP_CONTENT_LENGTH" not in environ


def test_chunks_are_not_to_be_seen():
    """A body that came in chunks looks like any other: its length is there, the coding is not."""
    environ = environ_of("POST / HTTP/1.1", "Transfer-Encoding: chunked", body=b"trout")
    assert environ["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_no_body_has_no_length():
    """Without a body there is no CONTENT_LENGTH, unless the request says that it is 0."""
    assert "CONTENT_LENGTH" not in environ_of("GET / HTTP/1.1")
    assert environ_of("POST / HTTP/1.1", "Content-Length: 0")["CONTENT_LENGTH"] == "0"


def test_a_url_as_target_decides_the_host():
    """When the target is a URL, its host is HTTP_HOST, whatever the Host field says."""
    environ = environ_of("GET http://other.example:81/menu HTTP/1.1")
    assert environ["HTTP_HOST"] == "other.example:81"
    assert environ["PATH_INFO"] == "/menu"


def test_no_host_is_no_variable():
    """A request without Host, as HTTP/1.0 allows, has no HTTP_HOST, nor an empty one."""
    request = parse_request_head(b"GET / HTTP/1.0\r\n\r\n")
    environ = build_environ(BASE, request, BytesIO(b""), 0, "192.0.2.7")
    assert "HTTP_HOST" not in environ


def test_httpoxy():
    """A field Proxy never becomes HTTP_PROXY: the application's own requests would go there."""
    environ = environ_of("GET / HTTP/1.1", "Proxy: http://evil.example/")
    assert "HTTP_PROXY" not in environ
    assert "" not in environ


def test_an_underscore_does_not_pass_for_a_dash():
    """X_Auth beside X-Auth does not reach the application under the name of the other."""
    for fields in (["X-Auth: guest", "X_Auth: chef"], ["X_Auth: chef", "X-Auth: guest"]):
        assert environ_of("GET / HTTP/1.1", *fields)["HTTP_X_AUTH"] == "guest"
    assert "HTTP_X_AUTH" not in environ_of("GET / HTTP/1.1", "X_Auth: chef")


def test_a_disguised_length_counts_for_nothing():
    """A field Content_Length or Content_Type changes nothing in the environ."""
    environ = environ_of("GET / HTTP/1.1", "Content_Length: 99", "Content_Type: a/b")
    assert environ == environ | environ_of("GET / HTTP/1.1") | {"wsgi.input": environ["wsgi.input"]}
    assert "CONTENT_LENGTH" not in environ
    assert "CONTENT_TYPE" not in environ


def test_a_field_cannot_replace_what_the_server_says():
    """No field, whatever its name, overwrites a variable of the server's own."""
    names = ["wsgi.input", "wsgi.url-scheme", "Remote-Addr", "Script-Name", "Path-Info"]
    environ = environ_of("GET / HTTP/1.1", *[f"{name}: evil" for name in names])
    plain = environ_of("GET / HTTP/1.1")
    assert {key: environ[key] for key in BASE} == BASE
    assert environ["REMOTE_ADDR"] == plain["REMOTE_ADDR"]
    assert environ["PATH_INFO"] == plain["PATH_INFO"]
    assert environ["wsgi.input"].read() == b""


@pytest.mark.parametrize("target", ["/", "/a%20b?c=d", "*", "http://bistro.example"])
def test_the_validator_accepts_it(target):
    """Python's own WSGI checker, wsgiref.validate, finds nothing wrong with the environ."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read(5)]

    def start_response(status, fields, exc_info=None):
        return lambda data: None

    fields = ["X-Table: 7", "Content-Length: 5", "Content-Type: a/b"]
    environ = environ_of(f"OPTIONS {target} HTTP/1.1", *fields, body=b"trout")
    result = validator(app)(environ, start_response)
    assert list(result) == [b"trout"]
    result.close()
