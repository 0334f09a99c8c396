"""The restaurant of chapter 8, as a visitor meets it."""

import http.client
import json
import os
import queue
import re
import signal
import threading

import pytest


class House:
    """A running restaurant: its pages, and the lines that it prints."""

    def __init__(self, process, port):
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def asked(self, method, target, body=None, **fields):
        """Send a request; the response, and its body as text."""
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        self.connection.request(method, target, body, fields)
        response = self.connection.getresponse()
        return response, response.read().decode()

    def booked(self, form):
        fields = {"Content_Type": "application/x-www-form-urlencoded"}
        return self.asked("POST", "/book", form, **fields)

    def close(self):
        self.connection.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def house(restaurant):
    house = House(*restaurant)
    yield house
    house.close()


def test_the_menu_leads_to_the_dishes(house):
    """Pages link to each other by the names of their handlers."""
    response, page = house.asked("GET", "/")
    assert response.status == 200
    assert '<a href="/dishes/3">Trout with almonds</a>' in page
    assert "from the stream" in house.asked("GET", "/dishes/3")[1]


def test_the_menu_is_json_too(house):
    """A handler that returns a list has said JSON."""
    response, text = house.asked("GET", "/menu.json")
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(text)[1] == {"id": 2, "name": "Leek tart", "price": 11}


def test_a_booking_is_posted_and_redirects(house):
    """A right form is answered with a redirect to the booking, so that a reload books nothing."""
    response, _ = house.booked("name=Zo%C3%AB+%3Cb%3E&guests=4")
    assert response.status == 303
    location = response.headers["Location"]
    assert re.fullmatch("/bookings/[0-9]+", location)
    assert "For Zoë &lt;b&gt;, 4 guests" in house.asked("GET", location)[1]
    assert "Zoë &lt;b&gt;, 4" in house.asked("GET", "/staff/")[1]


@pytest.mark.parametrize("form", ["", "name=&guests=2", "name=Ada&guests=7", "name=Ada&guests=x"])
def test_a_wrong_form_comes_back(house, form):
    """A wrong form is shown again with 400, and what was typed is still in it."""
    response, page = house.booked(form)
    assert response.status == 400
    assert '<form method="post">' in page
    assert ('value="Ada"' in page) is ("Ada" in form)


def test_a_form_has_a_limit(house):
    """A body over the application's limit is 413."""
    assert house.booked("name=" + "x" * 20_000)[0].status == 413


def test_errors_have_pages_of_the_house(house):
    """What is not there, and what breaks, is answered in the frame of the house."""
    response, page = house.asked("GET", "/dishes/9")
    assert response.status == 404
    assert "dish 9 is not cooked any more" in page
    assert "<nav>" in page
    response, page = house.asked("GET", "/flambe")
    assert response.status == 500
    assert response.headers["X-Request-ID"] in page
    assert "recipe" not in page
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_staff_has_its_own_rules(house):
    """The staff's room answers for its own errors, and nothing of it is kept in a cache."""
    response, text = house.asked("GET", "/staff/nowhere")
    assert (response.status, json.loads(text)["staff"]) == (404, "ask the chef")
    response, text = house.asked("POST", "/staff/")
    assert (response.status, json.loads(text)["staff"]) == (405, "look, do not touch")
    assert house.asked("GET", "/staff/wine/7")[1].endswith('"shelf 7 is empty"}')
    assert house.asked("GET", "/staff/")[0].headers["Cache-Control"] == "no-store"
    assert house.asked("GET", "/")[0].headers["Cache-Control"] is None


def test_the_neighbour_is_another_application(house):
    """An application of the standard library answers behind its prefix."""
    response, text = house.asked("GET", "/neighbour/caf%C3%A9")
    assert response.status == 200
    assert "SCRIPT_NAME = '/neighbour'" in text


def test_each_request_is_a_line(house):
    """Each request leaves a line of JSON, with the id that the guest got."""
    ids = [house.asked("GET", f"/dishes/{n}")[0].headers["X-Request-ID"] for n in (1, 9)]
    found = {}
    while len(found) < 2:
        values = json.loads(house.lines.get(timeout=2))
        if values["request"] in ids:
            found[values["request"]] = values
    assert [found[id_]["status"] for id_ in ids] == [200, 404]
    assert [found[id_]["path"] for id_ in ids] == ["/dishes/1", "/dishes/9"]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process alone")
def test_a_developer_sees_the_error(open_restaurant):
    """With DEBUG the page shows the lines that failed, and no secret; Ctrl-C ends it."""
    house = House(*open_restaurant(DEBUG="1"))
    try:
        response, page = house.asked("GET", "/flambe", Authorization="Basic secret")
        assert response.status == 500
        assert "TypeError" in page
        assert "recipe[&quot;brandy&quot;]" in page
        assert "Basic secret" not in page
        house.process.send_signal(signal.SIGINT)
        assert house.process.wait(timeout=3) == 0
    finally:
        house.close()
