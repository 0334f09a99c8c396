"""Step 8.7: every request leaves a line, and all lines of a request its id."""

import json
import logging
import threading
import time
from decimal import Decimal
from io import StringIO
from itertools import compress

import pytest

from bistro.app import App
from bistro.errors import abort
from bistro.logs import JSONFormatter, configure_logging, log_requests, request_id
from bistro.response import Response


class Memory(logging.Handler):
    """Keeps each record, and the request id that was current when it was logged."""

    def __init__(self):
        super().__init__()
        self.records = []
        self.ids = []

    def emit(self, record):
        self.records.append(record)
        self.ids.append(request_id.get())


@pytest.fixture
def memory():
    """What is logged to the framework's loggers while a test runs."""
    handler, logger = Memory(), logging.getLogger("bistro")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def app():
    app = App()
    app.middleware(log_requests)
    app.get("/menu")(lambda request: "menu")

    @app.get("/broken")
    def broken(request):
        raise KeyError("soup")

    return app


def record_with(message="served", *args, **values):
    """A record as the logging package makes it."""
    return logging.makeLogRecord(
        {"name": "bistro.kitchen", "levelname": "INFO", "msg": message, "args": args, **values}
    )


def formatted(record):
    """What the formatter makes of a record, read as JSON again."""
    line = JSONFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


# Requests


def test_a_request_is_one_record(app, visit, memory):
    """A request is logged once, at level INFO, with its method, path and status."""
    visit(app, "/menu")
    (record,) = memory.records
    assert (record.name, record.levelname) == ("bistro.requests", "INFO")
    assert record.getMessage() == "GET /menu 200"


def test_the_record_has_fields(app, visit, memory):
    """The record's fields are there for a machine; the client is who sent it, whatever it says."""
    visit(app, "/menu", "HEAD", HTTP_X_FORWARDED_FOR="203.0.113.1")
    fields = memory.records[0].fields
    milliseconds = fields.pop("milliseconds")
    assert fields == {"method": "HEAD", "path": "/menu", "status": 200, "client": "192.0.2.7"}
    assert isinstance(milliseconds, float)


def test_the_time_is_that_of_the_inside(ask, memory):
    """milliseconds is what next took, with one decimal."""

    def cook(request):
        time.sleep(0.03)
        return Response("soup")

    log_requests(ask(App()), cook)
    log_requests(ask(App()), lambda request: Response("soup"))
    cooked, quick = (record.fields["milliseconds"] for record in memory.records)
    assert 30 <= cooked < 2000
    assert 0 <= quick < 30
    assert round(cooked, 1) == cooked


def test_a_clock_that_is_set_back_changes_no_time(ask, memory, monkeypatch):
    """How long something takes is not told by the time of day, which may be set meanwhile."""

    def cook(request):
        monkeypatch.setattr(time, "time", lambda: 0.0)
        return Response("soup")

    log_requests(ask(App()), cook)
    assert 0 <= memory.records[0].fields["milliseconds"] < 1000


def test_the_client_gets_the_id(ask, memory):
    """The response has the id in X-Request-ID, so that a guest can name it."""
    request, response = ask(App()), Response("soup")
    assert log_requests(request, lambda request: response) is response
    assert response.headers["X-Request-ID"] == request.id
    response = Response("soup", headers={"X-Request-ID": "forged"})
    log_requests(request, lambda request: response)
    assert response.headers.getlist("X-Request-ID") == [request.id]


def test_errors_are_logged_like_others(app, visit, memory):
    """Errors leave their line too, with the status that the guest got."""
    app.get("/full", name="full")(lambda request: abort(503))
    for path, status in [("/nowhere", 404), ("/full", 503), ("/broken", 500)]:
        answer = visit(app, path)
        assert answer.status == status
        assert memory.records[-1].fields["status"] == status
        assert memory.ids[-1] == answer["X-Request-ID"]


def test_all_that_is_logged_meanwhile_has_the_id(app, visit, memory):
    """request_id is the request's while it is handled and its line is logged, and ends with it."""

    @app.get("/kitchen")
    def kitchen(request):
        logging.getLogger("bistro.kitchen").info("the pan is hot")
        return request.id

    answer = visit(app, "/kitchen")
    assert [record.getMessage() for record in memory.records] == [
        "the pan is hot",
        "GET /kitchen 200",
    ]
    assert memory.ids == [answer.text, answer.text]
    assert request_id.get() == ""


def test_the_id_before_comes_back(ask):
    """After a request request_id is what it was before, even if next raises."""
    seen = []

    def leave(request):
        seen.append(request_id.get())
        raise SystemExit

    token = request_id.set("outer")
    try:
        request = ask(App())
        with pytest.raises(SystemExit):
            log_requests(request, leave)
        assert (seen, request_id.get()) == ([request.id], "outer")
        log_requests(request, lambda request: Response("soup"))
        assert request_id.get() == "outer"
    finally:
        request_id.reset(token)


def test_ids_do_not_mix(app, visit, memory):
    """Of requests at the same time each has its own id in all that is logged for it."""
    barrier, answers = threading.Barrier(4), {}

    @app.get("/kitchen/<int:table>")
    def kitchen(request, table):
        barrier.wait(2)
        logging.getLogger("bistro.kitchen").info("table %s", table)
        barrier.wait(2)
        return "soup"

    def guest(table):
        answers[table] = visit(app, f"/kitchen/{table}")["X-Request-ID"]

    guests = [threading.Thread(target=guest, args=(table,)) for table in range(4)]
    for thread in guests:
        thread.start()
    for thread in guests:
        thread.join(3)
    assert len(set(answers.values())) == 4
    for table, id_ in answers.items():
        mine = [id_ == one for one in memory.ids]
        logged = [record.getMessage() for record in compress(memory.records, mine)]
        assert logged == [f"table {table}", f"GET /kitchen/{table} 200"]


def test_a_path_cannot_write_a_line(app, visit, memory):
    """A path is logged quoted: with a line break in it, it would be a line of its own."""
    visit(app, "/", PATH_INFO="/menu\n2026-03-01 INFO GET /safe 200")
    visit(app, "/", PATH_INFO="/caf\xc3\xa9 \x1b[31m")
    visit(app, "/a@b;c=1,2", SCRIPT_NAME="/bistro")
    paths = [
        "/menu%0A2026-03-01%20INFO%20GET%20/safe%20200",
        "/caf%C3%A9%20%1B%5B31m",
        "/a@b;c=1,2",
    ]
    assert [record.getMessage() for record in memory.records] == [
        f"GET {path} 404" for path in paths
    ]
    assert [record.fields["path"] for record in memory.records] == paths


def test_a_query_is_not_logged(app, visit, memory):
    """The query stays out of the log: passwords and tokens stand in queries."""
    visit(app, "/menu?token=secret")
    (record,) = memory.records
    assert "secret" not in JSONFormatter().format(record)


# Lines


def test_a_line_is_json():
    """A record is an object with time, level, logger and message, in this order."""
    line = JSONFormatter().format(
        record_with("%d soups for %s", 2, "Ada", created=1772389800.25, msecs=250.0)
    )
    assert line.startswith('{"time": "2026-03-01T18:30:00.250Z", "level": "info", "logger": ')
    assert list(json.loads(line).items())[2:] == [
        ("logger", "bistro.kitchen"),
        ("message", "2 soups for Ada"),
    ]


def test_milliseconds_have_three_digits():
    """The time has always three decimals."""
    values = formatted(record_with(created=1772389800.007, msecs=7.0))
    assert values["time"] == "2026-03-01T18:30:00.007Z"
    assert formatted(record_with(created=0.0, msecs=0.0))["time"] == "1970-01-01T00:00:00.000Z"
    assert formatted(record_with(created=0.9999, msecs=999.9))["time"].endswith("00:00:00.999Z")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has no tzset")
def test_the_time_is_utc(monkeypatch):
    """The time is in UTC wherever the server stands."""
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "NPT-5:45")
            time.tzset()
            values = formatted(record_with(created=0.0, msecs=0.0))
    finally:
        time.tzset()
    assert values["time"] == "1970-01-01T00:00:00.000Z"


def test_the_id_is_in_the_line():
    """The current request's id is there, before the fields; outside of requests there is none."""
    record = record_with(fields={"dish": "soup"})
    assert list(formatted(record)) == ["time", "level", "logger", "message", "dish"]
    token = request_id.set("0123456789abcdef")
    try:
        values = formatted(record)
    finally:
        request_id.reset(token)
    assert values["request"] == "0123456789abcdef"
    assert list(values) == ["time", "level", "logger", "message", "request", "dish"]


def test_fields_keep_their_types():
    """Fields are members of their own; what JSON has no form for becomes text."""
    fields = {
        "status": 200, "milliseconds": 1.5, "ok": True, "user": None, "dish": "soup",
        "price": Decimal("9.50"), "odd": float("nan"), "endless": float("-inf"), "tables": [1, 2],
    }  # fmt: skip
    values = formatted(record_with(fields=fields))
    assert {name: values[name] for name in fields} == {
        **fields, "price": "9.50", "odd": "nan", "endless": "-inf", "tables": "[1, 2]",
    }  # fmt: skip


def test_a_traceback_is_a_member():
    """The traceback of an error is one member, last; without an error there is none."""
    try:
        raise KeyError("soup")
    except KeyError as error:
        record = record_with(exc_info=(KeyError, error, error.__traceback__), fields={"a": 1})
    values = formatted(record)
    assert list(values)[-2:] == ["a", "traceback"]
    assert values["traceback"].endswith("KeyError: 'soup'")
    assert "test_7_logs.py" in values["traceback"]
    assert "traceback" not in formatted(record_with(exc_info=None))
    assert "traceback" not in formatted(record_with(exc_info=(None, None, None)))


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "\x1b[31m", "\udcff", 'a"b', "crème"])
def test_no_text_breaks_a_line(text):
    """Whatever is logged stays in its line, in ASCII, and comes back as it was."""
    record = record_with(text, fields={"dish": text})
    line = JSONFormatter().format(record)
    assert line.isascii()
    assert line.isprintable()
    assert (json.loads(line)["message"], json.loads(line)["dish"]) == (text, text)


def test_logging_is_set_up(app, visit):
    """With configure_logging a program logs lines of JSON, among them one for each request."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    stream = StringIO()
    try:
        configure_logging(stream=stream)
        answer = visit(app, "/menu")
    finally:
        root.handlers, root.level = handlers, level
    (line,) = stream.getvalue().splitlines()
    values = json.loads(line)
    assert (values["message"], values["request"]) == ("GET /menu 200", answer["X-Request-ID"])
