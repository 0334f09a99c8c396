"""The restaurants of Parts II and III: in a real browser, and on servers other than ours."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from wsgiref.validate import validator

import pytest
import requests
from webtest import TestApp, Upload
from webtest.lint import middleware as lint

from tests.framework.conftest import FRAMEWORK, ROOT

SCRIPT = ROOT / "chapters" / "09-static" / "restaurant.py"
MODULE = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("restaurant", {script!r})
restaurant = sys.modules["restaurant"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(restaurant)
app = restaurant.make_app(Path({pictures!r}))
"""


def png(size):
    """A grey picture of size x size points, larger in bytes than it need be."""

    def chunk(kind, data):
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = size.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    rows = (b"\0" + b"\x80" * size) * size
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 0))
        + chunk(b"IEND", b"")
    )


PICTURE = png(600)


@pytest.fixture
def module_of():
    """`module_of("09-static")`: the restaurant of a chapter as a module."""
    loaded = []

    def load(slug):
        script = ROOT / "chapters" / slug / "restaurant.py"
        name = "restaurant_of_" + slug.replace("-", "_")
        spec = importlib.util.spec_from_file_location(name, script)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        loaded.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        del sys.modules[name]


@pytest.fixture
def restaurant(tmp_path, module_of):
    """The restaurant of Part II as an application."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    return module_of("09-static").make_app(pictures)


@pytest.fixture
def visit(serve, browser):
    """`visit(app, **options)`: a browser's page at an application's first page.

    `page.wrong` has what the browser complained of; `options` are those of the browser's context.
    """
    contexts = []

    def open_page(app, **options):
        host, port = serve(app).address
        contexts.append(browser.new_context(base_url=f"http://{host}:{port}", **options))
        page = contexts[-1].new_page()
        page.wrong = []
        page.on("console", lambda line: page.wrong.append(line.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.needs("chromium")
class TestInABrowser:
    @pytest.fixture
    def page(self, visit, restaurant):
        """A page at the restaurant's menu."""
        return visit(restaurant)

    def test_the_menu_and_a_dish(self, page):
        assert page.locator("h1").inner_text() == "Tonight"
        assert page.locator(".menu li").count() == 3
        colour = page.locator("h1").evaluate("e => getComputedStyle(e).color")
        assert colour == "rgb(140, 47, 27)", "the style sheet did not arrive"
        assert page.locator(".menu img").first.evaluate("e => e.naturalWidth") > 0
        page.get_by_text("Leek tart").click()
        assert page.url.endswith("/dishes/2")
        assert "11 €" in page.locator("main").inner_text()
        assert page.wrong == []

    def test_a_style_sheet_is_fetched_once(self, page):
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.get_by_role("link", name="Book a table").click()
        sizes = page.evaluate(
            "performance.getEntriesByType('resource').map(e => [e.name, e.transferSize])"
        )
        assert [size for name, size in sizes if "/static/site.css?v=" in name] == [0]

    def test_a_wrong_booking_and_then_a_right_one(self, page):
        page.get_by_role("link", name="Book a table").click()
        page.get_by_label("Your name").fill("Zoë <b>& Söhne</b>")
        page.get_by_label("Guests").fill("forty")
        page.get_by_label("Time").select_option("21:00")
        page.get_by_role("button", name="Book").click()
        assert page.get_by_role("alert").all_inner_texts() == ["We have tables for 1 to 12 guests."]
        assert page.get_by_label("Your name").input_value() == "Zoë <b>& Söhne</b>"
        assert page.get_by_label("Guests").input_value() == "forty"
        assert page.get_by_label("Time").input_value() == "21:00"
        page.get_by_label("Guests").fill("4")
        page.get_by_role("button", name="Book").click()
        told = "A table for 4 at 21:00, Zoë <b>& Söhne</b>."
        assert told in page.locator("main").inner_text()
        page.reload()  # a form that was sent again would ask
        assert told in page.locator("main").inner_text()

    def test_a_picture_of_a_dish(self, page, tmp_path):
        (tmp_path / "my plate.html").write_bytes(PICTURE)
        page.goto("/dishes/3")
        assert "/static/plate.svg" in page.locator("img").get_attribute("src")
        page.get_by_label("Your picture of it").set_input_files(tmp_path / "my plate.html")
        page.get_by_role("button", name="Hang it up").click()
        assert page.url.endswith("/dishes/3")
        source = page.locator("img").get_attribute("src")
        assert re.fullmatch(r"/pictures/dish-3\.png\?v=[0-9a-f]{16}", source)
        assert page.locator("img").evaluate("e => e.naturalWidth") == 600
        page.goto("/")
        assert page.locator(".menu img").nth(2).get_attribute("src") == source
        assert page.wrong == []

    def test_what_is_no_picture(self, page, tmp_path):
        (tmp_path / "cat.png").write_bytes(b"<script>alert(1)</script>")
        page.goto("/dishes/3")
        page.get_by_label("Your picture of it").set_input_files(tmp_path / "cat.png")
        page.get_by_role("button", name="Hang it up").click()
        assert page.locator("h1").inner_text() == "Unsupported Media Type"
        page.goto("/dishes/3")
        page.get_by_role("button", name="Hang it up").click()
        assert "No picture was chosen." in page.locator("main").inner_text()

    def test_what_is_not_there(self, page):
        assert page.goto("/nowhere").status == 404
        assert page.locator("h1").inner_text() == "Not on the menu"
        page.get_by_role("link", name="Menu").click()
        assert page.locator("h1").inner_text() == "Tonight"

    def test_our_own_mistake(self, page, caplog):
        answer = page.goto("/kitchen")
        assert answer.status == 500
        assert page.locator("h1").inner_text() == "Our mistake"
        number = answer.headers["x-request-id"]
        assert number in page.locator("main").inner_text()
        assert "on fire" not in page.content()
        assert any(number in record.getMessage() for record in caplog.records)


def test_through_validators(restaurant):
    """The site keeps PEP 3333, by the word of two validators."""
    client = TestApp(lint(validator(restaurant)))
    page = client.get("/")
    for url in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        client.get(url)
        client.head(url)
    form = client.get("/booking").form
    form["guests"] = "40"
    wrong = form.submit(status=422)
    form = wrong.form
    form["guests"], form["name"] = "4", "Ada"
    assert "A table for 4 at 18:00, Ada." in form.submit(status=303).follow().text
    form = client.get("/dishes/1").form
    form["picture"] = Upload("a.png", PICTURE, "image/png")
    page = form.submit(status=303).follow()
    url = re.search(r'src="(/pictures/[^"]+)"', page.text)[1]
    assert client.get(url).body == PICTURE
    assert client.get(url, headers={"Range": "bytes=1-3"}, status=206).body == b"PNG"
    client.get("/nowhere", status=404)
    client.get("/kitchen", status=500)
    assert client.options("/booking", status=204).headers["Allow"] == "GET, HEAD, OPTIONS, POST"


class TestOnOtherServers:
    @pytest.fixture(params=["bistro", "gunicorn", "waitress"])
    def url(self, request, restaurant, serve, tmp_path):
        """The address of the restaurant on each server."""
        if request.param == "bistro":
            host, port = serve(restaurant).address
            yield f"http://{host}:{port}"
        elif request.param == "waitress":
            waitress = pytest.importorskip("waitress")
            server = waitress.create_server(restaurant, host="127.0.0.1", port=0)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.effective_port}"
            server.close()
            thread.join(5)
        else:
            pytest.importorskip("gunicorn")
            yield from self.gunicorn(tmp_path)

    def gunicorn(self, folder: Path):
        (folder / "site_module.py").write_text(
            MODULE.format(script=str(SCRIPT), pictures=str(folder / "pictures"))
        )
        command = "gunicorn -b 127.0.0.1:0 -k gthread --threads 4 site_module:app"
        process = subprocess.Popen(
            [sys.executable, "-m", *command.split()],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in process.stderr:
            if found := re.search(r"Listening at: (http://127\.0\.0\.1:\d+)", line):
                break
        yield found[1]
        process.terminate()
        process.communicate(timeout=10)

    def test_the_same_site(self, url):
        guest = requests.Session()
        page = guest.get(f"{url}/", timeout=5)
        assert page.status_code == 200
        style = re.search(r'href="(/static/[^"]+)"', page.text)[1]
        answer = guest.get(url + style, timeout=5)
        whole = (SCRIPT.parent / "static" / "site.css").read_bytes()
        assert (answer.status_code, answer.content) == (200, whole)
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert answer.headers["Cache-Control"].endswith("immutable")
        tag = {"If-None-Match": answer.headers["ETag"]}
        answer = guest.get(url + style, headers=tag, timeout=5)
        assert (answer.status_code, answer.content) == (304, b"")
        answer = guest.head(url + style, timeout=5)
        assert int(answer.headers["Content-Length"]) == len(whole)
        assert guest.get(f"{url}/dishes/2", timeout=5).text.count("Leek tart") == 3
        guest.close()

    def test_a_booking(self, url):
        wrong = requests.post(f"{url}/booking", data={"name": "Ada", "guests": "40"}, timeout=5)
        assert wrong.status_code == 422
        assert "1 to 12 guests" in wrong.text
        form = {"name": "Zoë", "guests": "4", "time": "18:00"}
        right = requests.post(f"{url}/booking", data=form, timeout=5)
        assert "A table for 4 at 18:00, Zoë." in right.text
        assert [answer.status_code for answer in right.history] == [303]

    def test_a_picture(self, url):
        files = {"picture": ("../a.html", PICTURE, "text/html")}
        page = requests.post(f"{url}/dishes/1/picture", files=files, timeout=5)
        source = re.search(r'src="(/pictures/[^"]+)"', page.text)[1]
        whole = requests.get(url + source, timeout=5)
        assert whole.content == PICTURE
        assert whole.headers["Content-Type"] == "image/png"
        for wanted in ("bytes=1-3", "bytes=300000-", "bytes=-70000"):
            answer = requests.get(url + source, headers={"Range": wanted}, timeout=5)
            assert answer.status_code == 206
            first, last = re.match(r"bytes (\d+)-(\d+)/", answer.headers["Content-Range"]).groups()
            assert answer.content == PICTURE[int(first) : int(last) + 1]

    def test_errors(self, url):
        assert requests.get(f"{url}/nowhere", timeout=5).status_code == 404
        answer = requests.get(f"{url}/kitchen", timeout=5)
        assert answer.status_code == 500
        assert "Our mistake" in answer.text
        answer = requests.get(
            f"{url}/static/site.css", headers={"Range": "bytes=99999-"}, timeout=5
        )
        assert answer.status_code == 416
        assert answer.headers["Content-Range"].startswith("bytes */")
        assert requests.delete(f"{url}/", timeout=5).status_code == 405


@pytest.mark.needs("chromium")
class TestTheCards:
    """Chapter 12: one layout, many cards."""

    PATHS = (
        *("/", "/cards/lunch", "/cards/dinner", "/cards/children"),
        *("/dishes/4", "/cellar", "/nowhere"),
    )

    @pytest.fixture
    def cards(self, module_of):
        """The restaurant's module."""
        return module_of("12-template-inheritance")

    def test_a_walk(self, visit, cards):
        page = visit(cards.make_app())
        assert page.locator("h1").inner_text() == "Bistro, tonight"
        page.get_by_role("navigation").get_by_role("link", name="Dinner").click()
        assert page.title() == "Dinner card"
        assert page.locator("[aria-current=page]").inner_text() == "Dinner"
        assert page.locator(".dishes li").count() == 5
        page.get_by_role("link", name="card for children").click()
        assert page.locator("h1").inner_text() == "Children card"
        assert page.locator(".half").count() == 3
        assert "From six." in page.locator("main").inner_text()
        page.get_by_role("link", name="Leek tart").click()
        assert "gone at eight" in page.locator("main").inner_text()
        page.go_back()
        page.get_by_role("navigation").get_by_role("link", name="Lunch").click()
        page.get_by_role("link", name="Bread & <proper> butter").click()
        assert page.title() == "Bread & <proper> butter"
        page.get_by_role("link", name="Cellar").click()
        page.wait_for_load_state()  # it is streamed
        assert page.locator("tbody tr").count() == cards.BOTTLES
        assert page.wrong == []

    def test_what_is_not_there(self, visit, cards):
        page = visit(cards.make_app())
        for path in ("/nowhere", "/dishes/77", "/cards/card", "/cards/..%2f..%2frestaurant"):
            assert page.goto(path).status == 404
            assert page.locator("h1").inner_text() == "Not Found"
            assert page.get_by_role("navigation").is_visible()

    def test_a_mistake_in_a_template(self, visit, cards):
        page = visit(cards.make_app(debug=True))
        page.get_by_role("link", name="tasted").click()
        assert page.locator("h1").first.inner_text() == "ZeroDivisionError: division by zero"
        first = page.locator("h2").first.inner_text()
        assert first.replace("\\", "/").endswith("templates/parts/score.html, line 3, in root")
        assert "wine.points / wine.judges" in page.locator("mark").first.inner_text()

    def test_a_mistake_that_guests_see(self, visit, cards):
        page = visit(cards.make_app())
        page.get_by_role("link", name="tasted").click()
        assert page.locator("h1").inner_text() == "Our mistake"
        assert "score.html" not in page.content()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_use_it(self, visit, cards, monkeypatch, scheme):
        axe = pytest.importorskip("axe_playwright_python")
        source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        monkeypatch.setattr(cards, "BOTTLES", 20)
        page = visit(cards.make_app(), color_scheme=scheme, viewport={"width": 360, "height": 640})
        for path in self.PATHS:
            page.goto(path)
            page.evaluate(source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [fault["id"] for fault in found["violations"]] == []
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)

    def test_through_validators(self, cards):
        client = TestApp(lint(validator(cards.make_app())))
        for path in self.PATHS:
            page = client.get(path, status=404 if path == "/nowhere" else 200)
            for url in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
                client.head(url, expect_errors=url == "/tasting")


@pytest.mark.needs("chromium")
class TestTheLedger:
    """Chapter 14: bills and takings."""

    @pytest.fixture
    def ledger(self, module_of, tmp_path):
        """The restaurant as an application, with its ledger in a file."""
        from bistro.orm.database import connect

        db = connect(f"sqlite:///{tmp_path}/ledger.db")
        yield module_of("14-database").make_app(db)
        db.close()

    def open_bill(self, page, seat, guest, euros):
        page.get_by_label("Table", exact=True).select_option(str(seat))
        page.get_by_label("Guest").fill(guest)
        page.get_by_label("Bill in euros").fill(euros)
        page.get_by_role("button", name="Open").click()

    def test_an_evening(self, visit, ledger):
        page = visit(ledger)
        self.open_bill(page, 4, "Robert'); DROP TABLE bill; --", "12.50")
        self.open_bill(page, 5, "Zoë", "20")
        assert page.locator(".bills li").count() == 2
        assert page.locator(".total").inner_text() == "All together 32.50 €"
        self.open_bill(page, 5, "Ben", "1")
        assert page.get_by_role("alert").is_visible()
        assert "That table has a bill already." in page.content()
        page.goto("/")
        page.wrong.clear()  # the browser's word about the 422
        page.get_by_label("Move to").first.select_option("6")
        page.get_by_role("button", name="Move table 4").click()
        assert page.get_by_text("Table 6").first.is_visible()
        page.get_by_role("button", name="Table 5 pays", exact=True).click()
        assert page.locator("#till").inner_text() == "In the till: 20.00 €"
        assert page.locator(".total").inner_text() == "All together 32.50 €"
        assert page.wrong == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_use_it(self, visit, ledger, scheme):
        axe = pytest.importorskip("axe_playwright_python")
        source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        page = visit(ledger, color_scheme=scheme, viewport={"width": 360, "height": 640})
        self.open_bill(page, 4, "x" * 40, "12.50")
        self.open_bill(page, 5, "Zoë", "20")
        page.get_by_role("button", name="Table 5 pays", exact=True).click()
        self.open_bill(page, 4, "twice", "1")
        page.locator("summary").click()
        for path in (None, "/nowhere"):
            if path:
                page.goto(path)
            page.evaluate(source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [fault["id"] for fault in found["violations"]] == []
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)

    def test_through_validators(self, ledger):
        client = TestApp(lint(validator(ledger)))
        client.post("/", {"seat": "3", "guest": "Ada", "euros": "9.99"}, status=303)
        client.post("/tables/3/pay", {}, status=303)
        assert "9.99 €" in client.get("/").text
        client.get("/nowhere", status=404)


@pytest.mark.needs("chromium")
class TestTheOrders:
    """Chapter 15: the ledger is asked."""

    PATHS = ("/", "/?words=so&sort=cost", "/?seat=99", "/?day=1999-12-31", "/nowhere")

    @pytest.fixture
    def orders(self, module_of):
        """The restaurant as an application, with its ledger in memory."""
        from bistro.orm.database import connect

        db = connect("sqlite://")
        yield module_of("15-queries").make_app(db)
        db.close()

    def test_asking(self, visit, orders):
        page = visit(orders)
        page.get_by_label("Dish or wish").fill("SOUP")
        page.get_by_label("Sort").select_option("Dearest first")
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_label("Dish or wish").input_value() == "SOUP"
        names = page.locator("tbody th").all_inner_texts()
        assert names
        assert all("soup" in name for name in names)
        page.get_by_label("Dish or wish").fill("%")
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_text("Nothing was found.").is_visible()
        page.locator("summary").click()
        assert page.locator("details").get_by_text("LIKE ?").first.is_visible()
        page.get_by_role("navigation").get_by_role("link").last.click()
        assert page.locator("tbody tr").count() == 20
        assert page.wrong == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_use_it(self, visit, orders, scheme):
        axe = pytest.importorskip("axe_playwright_python")
        source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        page = visit(orders, color_scheme=scheme, viewport={"width": 360, "height": 640})
        for path in self.PATHS:
            page.goto(path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            page.evaluate(source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [fault["id"] for fault in found["violations"]] == []
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)

    def test_through_validators(self, orders):
        client = TestApp(lint(validator(orders)))
        for path, status in zip(self.PATHS, (200, 200, 422, 200, 404), strict=True):
            client.get(path, status=status)


@pytest.mark.needs("chromium")
class TestDishesAndBookings:
    """Chapter 16: the card and the bookings are models."""

    @pytest.fixture
    def house(self, module_of, tmp_path):
        """The restaurant as an application, with its database in a file."""
        from bistro.orm.database import connect

        db = connect(f"sqlite:///{tmp_path}/house.db")
        yield module_of("16-models").make_app(db)
        db.close()

    def test_the_kitchen(self, visit, house):
        page = visit(house)
        page.get_by_role("link", name="Write a dish on the card").click()
        page.get_by_label("Name").fill("Ratatouille")
        page.get_by_label("Course").select_option("Mains")
        page.get_by_label("Price in euros").fill("12.50")
        page.get_by_role("button", name="Save").click()
        assert "There is a dish of that name." in page.get_by_role("alert").inner_text()
        page.wrong.clear()  # the browser's word about the 422
        page.get_by_label("Name").fill("Stew <b>")
        page.get_by_role("button", name="Save").click()
        assert page.get_by_text("Stew <b>").is_visible()
        page.get_by_role("link", name="Change Stew <b>").click()
        assert page.get_by_label("Price in euros").input_value() == "12.50"
        page.get_by_role("button", name="Take it off the card").click()
        assert page.get_by_text("Stew <b>").count() == 0
        assert page.wrong == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_use_it(self, visit, house, scheme):
        axe = pytest.importorskip("axe_playwright_python")
        source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        page = visit(house, color_scheme=scheme, viewport={"width": 360, "height": 640})
        for path in ("/", "/dishes/new", "/dishes/1", "/book", "/bookings", "/nowhere"):
            page.goto(path)
            for summary in page.locator("summary").all():
                summary.click()
            page.evaluate(source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert (path, [fault["id"] for fault in found["violations"]]) == (path, [])
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), path

    def test_through_validators(self, house):
        client = TestApp(lint(validator(house)))
        client.post("/dishes/new", {"name": "Pie", "course": "3", "price": "6"}, status=303)
        assert "6.00 €" in client.get("/").text
        client.post("/book", {"name": "Ada"}, status=422)
        client.get("/booked/x", status=404)


@pytest.mark.needs("chromium")
class TestOrdersWithDishes:
    """Chapter 17: tables, orders, dishes, and the queries that they take."""

    PATHS = ("/", "/?one_by_one=1", "/tables/4", "/kitchen", "/card", "/nowhere")

    @pytest.fixture
    def house(self, module_of):
        """The restaurant as an application, with its orders in memory."""
        from bistro.orm.database import connect
        from bistro.orm.models import registry

        registry.pop("Item", None)  # of the time before, which the new orders would find by name
        db = connect("sqlite://")
        yield module_of("17-relations").make_app(db)
        db.close()

    def test_an_evening(self, visit, house):
        page = visit(house)
        page.get_by_label("Table", exact=True).select_option("Table 2")
        page.get_by_label("Dish", exact=True).select_option("Steak")
        page.get_by_label("Count").fill("2")
        page.get_by_role("button", name="Order").click()
        assert page.get_by_text("This page took 3 queries").is_visible()
        page.get_by_role("link", name="Ask one by one").click()
        assert page.get_by_text("This page took 3 queries").count() == 0
        page.get_by_role("link", name="The kitchen").click()
        page.get_by_role("button", name="Steak for table 2 is done").click()
        assert page.get_by_role("button", name="Steak for table 2 is done").count() == 0
        page.get_by_role("link", name="The room").click()
        page.get_by_role("link", name="Table 2").click()
        assert page.get_by_role("row", name="The bill 42.00 €").is_visible()
        page.get_by_role("button", name="Pay, and go").click()
        assert page.get_by_role("link", name="Table 2").count() == 0
        page.get_by_role("link", name="The card").click()
        page.get_by_role("button", name="Cake: vegan or not").click()
        assert page.locator("li", has_text="Cake").locator(".label").all_inner_texts() == ["vegan"]
        assert page.wrong == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_use_it(self, visit, house, scheme):
        axe = pytest.importorskip("axe_playwright_python")
        source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        page = visit(house, color_scheme=scheme, viewport={"width": 360, "height": 640})
        for path in self.PATHS:
            page.goto(path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            page.evaluate(source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [fault["id"] for fault in found["violations"]] == []
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)

    def test_through_validators(self, house):
        client = TestApp(lint(validator(house)))
        for path, status in zip(self.PATHS, (200, 200, 200, 200, 200, 404), strict=True):
            client.get(path, status=status)
        client.post("/", {"table": "1", "dish": "999", "count": "1"}, status=422)
        client.post("/card/1/off", {}, status=409)
