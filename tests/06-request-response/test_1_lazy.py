"""Step 6.1: looked at once."""

from collections.abc import Mapping

import pytest

from bistro.request import EnvironHeaders, Request, lazy


class Guest:
    """Somebody who counts how often they are asked."""

    def __init__(self, name):
        self.given = name
        self.asked = 0

    @lazy
    def name(self):
        """What the guest is called."""
        self.asked += 1
        return self.given

    @lazy
    def nothing(self):
        self.asked += 1

    @lazy
    def table(self):
        self.asked += 1
        raise ValueError("no table yet")


def test_a_look_gives_the_methods_value():
    """Looking at a lazy attribute gives what its method returns for that instance."""
    assert Guest("Zoe").name == "Zoe"
    assert Guest("Max").name == "Max"


def test_nothing_is_done_before_the_first_look():
    """The method is not called before somebody looks."""
    guest = Guest("Zoe")
    assert guest.asked == 0
    assert guest.name == "Zoe"
    assert guest.asked == 1


def test_the_method_is_called_once():
    """The second look finds the very value that the first one made."""
    guest = Guest(["Zoe"])
    assert guest.name is guest.name
    assert guest.asked == 1


@pytest.mark.parametrize("value", [None, "", 0, [], False])
def test_an_empty_value_is_a_value(value):
    """Values such as None and 0 are kept like others."""
    guest = Guest(value)
    assert (guest.name, guest.name) == (value, value)
    assert (guest.nothing, guest.nothing) == (None, None)
    assert guest.asked == 2


def test_instances_do_not_share():
    """Each instance has a value of its own."""
    zoe, max_ = Guest("Zoe"), Guest("Max")
    assert (zoe.name, max_.name, zoe.name) == ("Zoe", "Max", "Zoe")
    assert (zoe.asked, max_.asked) == (1, 1)


def test_an_instance_may_be_empty():
    """An instance that counts as false, such as an empty menu, is an instance all the same."""

    class Menu(list):
        @lazy
        def title(self):
            return "Menu"

    menu = Menu()
    assert menu.title == "Menu"
    assert vars(menu) == {"title": "Menu"}


def test_the_value_is_in_the_instance():
    """The value stands in the instance's `__dict__`, and can be replaced there."""
    guest = Guest("Zoe")
    assert "name" not in vars(guest)
    assert guest.name == "Zoe"
    assert vars(guest)["name"] == "Zoe"
    guest.name = "Max"
    assert guest.name == "Max"
    del guest.name
    assert (guest.name, guest.asked) == ("Zoe", 2)


def test_on_the_class_it_is_itself():
    """On the class there is no instance to ask: what is found is the descriptor."""
    assert type(Guest.name) is lazy
    assert Guest.name.__doc__ == "What the guest is called."


def test_a_failure_is_not_kept():
    """A method that raises is called again at the next look."""
    guest = Guest("Zoe")
    for asked in (1, 2):
        with pytest.raises(ValueError, match="no table yet"):
            guest.table  # noqa: B018
        assert guest.asked == asked
    assert "table" not in vars(guest)


def test_a_request_is_lazy():
    """A request parses nothing before it is asked: a broken environ harms nobody until then."""
    request = Request({"PATH_INFO": "/caf\xc3\xa9"})
    assert vars(request) == {"environ": {"PATH_INFO": "/caf\xc3\xa9"}}
    assert request.path == "/café"
    assert request.path is request.path
    with pytest.raises(KeyError):
        request.method  # noqa: B018


HEADERS = EnvironHeaders(
    {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": "bistro.example",
        "HTTP_X_TABLE": "7",
        "HTTP_X_EMPTY": "",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "",
        "wsgi.url_scheme": "http",
    }
)


@pytest.mark.parametrize("name", ["X-Table", "x-table", "X-TABLE", "x-tAbLe", "X_Table"])
def test_the_case_of_a_name_says_nothing(name):
    """A field is found in whatever case its name is written."""
    assert HEADERS[name] == "7"
    assert name in HEADERS


def test_most_fields_have_http_in_front():
    """The field Host is the variable HTTP_HOST; an empty field is there, too."""
    assert HEADERS["Host"] == "bistro.example"
    assert HEADERS["X-Empty"] == ""


def test_two_fields_have_no_http_in_front():
    """Content-Type and Content-Length are the variables CONTENT_TYPE and CONTENT_LENGTH."""
    headers = EnvironHeaders({"CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "5"})
    assert headers["Content-Type"] == "a/b"
    assert headers["content-length"] == "5"
    headers = EnvironHeaders({"HTTP_CONTENT_TYPE": "a/b", "HTTP_CONTENT_LENGTH": "5"})
    assert headers.get("Content-Type") is None
    assert headers.get("Content-Length") is None
    headers = EnvironHeaders({"HTTP_CONTENT_LANGUAGE": "fr", "CONTENT_LANGUAGE": "de"})
    assert headers["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "name", ["X-Chair", "Request-Method", "REQUEST_METHOD", "wsgi.url_scheme", "HTTP-Host", ""]
)
def test_what_is_no_field_is_a_key_error(name):
    """A field that was not sent is a KeyError with its name, and so is the rest of the environ."""
    with pytest.raises(KeyError) as caught:
        HEADERS[name]
    assert caught.value.args == (name,)


@pytest.mark.parametrize("name", ["Content-Type", "Content-Length"])
def test_an_empty_type_or_length_is_none(name):
    """Some servers put an empty Content-Type where the client sent none: it is not there."""
    headers = EnvironHeaders({"CONTENT_TYPE": "", "CONTENT_LENGTH": ""})
    with pytest.raises(KeyError) as caught:
        headers[name]
    assert caught.value.args == (name,)


def test_the_headers_are_a_mapping():
    """What Python knows of mappings works: get, in, items, dict."""
    assert isinstance(HEADERS, Mapping)
    assert HEADERS.get("X-Chair", "none") == "none"
    assert "X-Chair" not in HEADERS
    assert dict(HEADERS) == {
        "Host": "bistro.example", "X-Table": "7", "X-Empty": "", "Content-Type": "text/plain",
    }  # fmt: skip
    assert Request({"HTTP_X_TABLE": "7"}).headers["X-Table"] == "7"
