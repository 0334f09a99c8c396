"""Step 8.1: what a handler returns becomes a response."""

from collections import OrderedDict

import pytest

from bistro.app import to_response
from bistro.response import JSON, Response


def test_text_is_html(sent):
    """A string is a page: 200, HTML in UTF-8."""
    answer = sent(to_response("<h1>Crème brûlée</h1>"))
    assert (answer.line, answer.text) == ("200 OK", "<h1>Crème brûlée</h1>")
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_bytes_are_html(sent):
    """Bytes are a page that is encoded already."""
    answer = sent(to_response("soupe à l'oignon".encode()))
    assert (answer.status, answer.text) == (200, "soupe à l'oignon")
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_dicts_and_lists_are_json(sent):
    """A dict or a list is JSON, whatever kind of dict or list it is."""
    for value, text in [
        ({"dish": "soup", "price": 9}, '{"dish":"soup","price":9}'),
        (["soup", None], '["soup",null]'),
        (OrderedDict(dish="soup"), '{"dish":"soup"}'),
        ([("soup", 404)], '[["soup",404]]'),
    ]:
        answer = sent(to_response(value))
        assert (answer.status, answer.text) == (200, text)
        assert answer["Content-Type"] == "application/json"


def test_none_is_204(sent):
    """None is 204 No Content: no body, and nothing said about one."""
    answer = sent(to_response(None))
    assert (answer.line, answer.body) == ("204 No Content", b"")
    assert answer["Content-Type"] is None


def test_each_response_is_a_new_one():
    """A response is for one request: what one guest's gets, such as a cookie, no other has."""
    for value in (None, "soup", {"dish": "soup"}):
        to_response(value).headers["Set-Cookie"] = "guest=Ada"
        assert "Set-Cookie" not in to_response(value).headers


def test_what_is_empty_is_still_a_page(sent):
    """An empty string, dict or list is a page or JSON like others: only None is 204."""
    for value, text in [("", ""), (b"", ""), ({}, "{}"), ([], "[]")]:
        answer = sent(to_response(value))
        assert (answer.status, answer.text) == (200, text)


def test_a_response_is_itself():
    """A Response is returned as it is."""
    for response in (Response("soup", 418), JSON({"dish": "soup"})):
        assert to_response(response) is response


def test_an_iterator_is_streamed(sent):
    """An iterator is asked for its pieces one by one, when they are sent."""
    asked = []

    def kitchen():
        for dish in ("soup ", "trout"):
            asked.append(dish)
            yield dish

    response = to_response(kitchen())
    assert asked == []
    answer = sent(response)
    assert (answer.status, answer.text) == (200, "soup trout")
    assert answer["Content-Length"] is None
    assert sent(to_response(iter([b"so", b"up"]))).text == "soup"


def test_a_tuple_adds_the_status(sent):
    """A pair is what a handler may return, and the status."""
    for value, line, text in [
        (("soup", 201), "201 Created", "soup"),
        (({"dish": "soup"}, 400), "400 Bad Request", '{"dish":"soup"}'),
        ((None, 404), "404 Not Found", ""),
        ((Response("soup", 500), 202), "202 Accepted", "soup"),
    ]:
        answer = sent(to_response(value))
        assert (answer.line, answer.text) == (line, text)


def test_a_tuple_of_three_adds_fields(sent):
    """A third value are header fields: a dict or pairs, in the place of those of the same name."""
    answer = sent(to_response(("soup", 201, {"X-Table": "7", "Content-Type": "text/plain"})))
    assert (answer.status, answer["X-Table"], answer["Content-Type"]) == (201, "7", "text/plain")
    answer = sent(to_response(("soup", 200, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])))
    assert [value for name, value in answer.fields if name == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize(
    "value",
    [7, 1.5, True, {"soup"}, object(), Response, lambda: "soup", bytearray(b"soup"), range(3)],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_refused(value):
    """What a handler cannot mean is a TypeError, and not sent as something."""
    with pytest.raises(TypeError):
        to_response(value)


@pytest.mark.parametrize(
    "value",
    [(), ("soup",), ("soup", "201"), ("soup", None), ("soup", {"X": "1"}), ("soup", 200, {}, 1),
     (7, 200)],
)  # fmt: skip
def test_tuples_of_another_form_are_refused(value):
    """A tuple has two or three values, the second a number; anything else is a TypeError."""
    with pytest.raises(TypeError):
        to_response(value)


def test_a_field_that_would_be_two_is_refused():
    """A line break in a field is a ValueError, as everywhere: it could start a second field."""
    with pytest.raises(ValueError, match="X-Table"):
        to_response(("soup", 200, {"X-Table": "7\r\nSet-Cookie: guest=evil"}))


def test_what_json_has_not_is_refused():
    """NaN and objects that JSON has no form for raise, rather than becoming something."""
    with pytest.raises(ValueError, match="JSON"):
        to_response({"price": float("nan")})
    with pytest.raises(TypeError):
        to_response([object()])
