"""Step 3.1: names of variables, and the parts of a target."""

import pytest

from bistro.wsgi import MAX_VARIABLES, VARIABLES, split_target, variable


@pytest.fixture
def variables(monkeypatch):
    """A copy of VARIABLES for one test, so that the next one finds it as it was."""
    names = dict(VARIABLES)
    monkeypatch.setattr("bistro.wsgi.VARIABLES", names)
    return names


def test_a_field_gets_the_prefix():
    """A field's variable is HTTP_ and its name in capitals, each - made a _."""
    assert variable("user-agent") == "HTTP_USER_AGENT"
    assert variable("host") == "HTTP_HOST"
    assert variable("sec-ch-ua-mobile") == "HTTP_SEC_CH_UA_MOBILE"
    assert variable("x.y") == "HTTP_X.Y"


def test_two_fields_have_no_prefix():
    """Content-Type and Content-Length are variables without HTTP_, as CGI had them."""
    assert variable("content-type") == "CONTENT_TYPE"
    assert variable("content-length") == "CONTENT_LENGTH"


@pytest.mark.parametrize("name", ["x_auth", "_", "content_length", "x-remote_user", "http_host"])
def test_an_underscore_has_no_variable(name):
    """A name with _ gets no variable, because it would pass for the same name with -."""
    assert variable(name) == ""
    assert variable(name.replace("_", "-")) != ""


def test_proxy_has_no_variable():
    """No client may set HTTP_PROXY, which HTTP clients take for their own setting (httpoxy)."""
    assert variable("proxy") == ""
    assert variable("proxy-authorization") == "HTTP_PROXY_AUTHORIZATION"


def test_transfer_encoding_has_no_variable():
    """The application sees a body without its chunks, so it is not told of Transfer-Encoding."""
    assert variable("transfer-encoding") == ""


def test_a_variable_is_remembered(variables):
    """A variable once made is found in VARIABLES."""
    assert variable("x-table") == "HTTP_X_TABLE"
    assert variables["x-table"] == "HTTP_X_TABLE"


def test_a_client_cannot_fill_the_memory(variables):
    """VARIABLES stops growing at MAX_VARIABLES, whatever names a client thinks of."""
    for number in range(MAX_VARIABLES + 10):
        variable(f"x-{number}")
        variable(f"x_{number}")
    assert len(variables) == MAX_VARIABLES
    assert variable("x-one-more") == "HTTP_X_ONE_MORE"


def test_path_and_query_are_separated():
    """The query is what follows the first question mark."""
    assert split_target("/menu?day=mon") == ("/menu", "day=mon", "")
    assert split_target("/menu") == ("/menu", "", "")
    assert split_target("/menu?") == ("/menu", "", "")
    assert split_target("/menu?a?b") == ("/menu", "a?b", "")
    assert split_target("/") == ("/", "", "")


def test_the_path_is_decoded_byte_for_character():
    """A path's percent-encoding is undone; each byte becomes one latin-1 character."""
    path, query, _ = split_target("/caf%C3%A9?a=%20")
    assert path == "/cafÃ©"
    assert path.encode("latin-1").decode("utf-8") == "/café"
    assert query == "a=%20"


def test_bytes_that_are_no_utf_8_survive():
    """Every byte from 0 to 255 can come out of a path, UTF-8 or not."""
    assert split_target("/%FF%00")[0] == "/\xff\x00"
    every = "".join(f"%{byte:02x}" for byte in range(256))
    assert split_target("/" + every)[0].encode("latin-1") == b"/" + bytes(range(256))


def test_the_path_is_decoded_once():
    """What is decoded is not decoded again, or a check on the result could be got around."""
    assert split_target("/%252e%252e/secret") == ("/%2e%2e/secret", "", "")


def test_the_query_is_split_off_before_decoding():
    """An encoded question mark is part of the path."""
    assert split_target("/what%3Fnow?yes") == ("/what?now", "yes", "")


@pytest.mark.parametrize("path", ["/100%", "/%zz", "/%4", "/a+b", "/a;b=c", "/a/../b/./c//d/"])
def test_what_is_not_encoded_stays(path):
    """A % without two hexadecimal digits stays as it is, and so does all else in a path."""
    assert split_target(path) == (path, "", "")


def test_two_slashes_begin_a_path():
    """//menu is a path, not a host: nobody else may decide who we are."""
    assert split_target("//menu") == ("//menu", "", "")
    assert split_target("//evil.example/menu?a") == ("//evil.example/menu", "a", "")


def test_a_url_as_target_gives_the_host():
    """A target may be a whole URL, as proxies send it; host and path are taken from it."""
    assert split_target("http://bistro.example/menu?a=1") == ("/menu", "a=1", "bistro.example")
    assert split_target("http://bistro.example:8000/m%20n") == ("/m n", "", "bistro.example:8000")
    assert split_target("HTTPS://bistro.example/") == ("/", "", "bistro.example")


def test_a_url_without_a_path_means_the_root():
    """A URL that ends with its host has the path /."""
    assert split_target("http://bistro.example") == ("/", "", "bistro.example")
    assert split_target("http://bistro.example?a=1") == ("/", "a=1", "bistro.example")


def test_a_url_further_on_is_no_host():
    """Only a target that begins as a URL has a host."""
    next_page = "/login?next=http://evil.example/"
    assert split_target(next_page) == ("/login", "next=http://evil.example/", "")
    assert split_target("/http://evil.example/") == ("/http://evil.example/", "", "")


def test_the_star_is_no_path():
    """The target * of OPTIONS is about the server as a whole: it has no path."""
    assert split_target("*") == ("", "", "")
