"""Forms beyond the course: hostile input, beside Django's, and in a real browser."""

from __future__ import annotations

import importlib.util
import sys
import threading
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webtest import TestApp

from bistro import form_widgets
from bistro.form_fields import CONTROLS, MESSAGES
from bistro.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    EmailField,
    FileField,
    FloatField,
    Form,
    HiddenField,
    IntegerField,
    MultipleChoiceField,
    PasswordField,
    TextField,
    TimeField,
    URLField,
    ValidationError,
)
from bistro.multidict import MultiDict
from bistro.request import Request
from bistro.templates.escape import Markup
from tests.framework.conftest import ROOT

SCRIPT = ROOT / "chapters" / "13-forms" / "restaurant.py"


class All(Form):
    """A form with a field of each kind."""

    char = CharField(max_length=20, min_length=2, pattern=r"\w[\w ]*", required=False)
    text = TextField(max_length=50, required=False)
    password = PasswordField(required=False)
    hidden = HiddenField(required=False)
    email = EmailField(required=False)
    url = URLField(required=False)
    integer = IntegerField(min_value=-5, max_value=500, required=False)
    float = FloatField(min_value=0, max_value=1e6, required=False)
    decimal = DecimalField(max_digits=6, decimal_places=2, required=False)
    date = DateField(max_value=date(2099, 12, 31), required=False)
    time = TimeField(required=False)
    datetime = DateTimeField(required=False)
    boolean = BooleanField(required=False)
    choice = ChoiceField([(1, "One"), (2, "<Two>")], required=False)
    radio = ChoiceField(["a", "b&c"], widget="radio", required=False)
    several = MultipleChoiceField(["x", "y"], required=False)
    listed = MultipleChoiceField([(1, "x"), (2, "y")], widget="select", required=False)
    file = FileField(max_size=10, extensions=[".png"], required=False)


class Reader(HTMLParser):
    """All elements, as name, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        element = [tag, dict(attrs), ""]
        assert len(attrs) == len(element[1]), "an attribute twice"
        self.elements.append(element)
        if tag != "input":
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open:
            self.open[-1][2] += data


HOSTILE = [
    "",
    " ",
    "\0",
    "a\0b",
    "\x1b[31m",
    "\ud800",
    "\udfff\ud800",
    "\x85",
    "\u2028",
    "\ufeff",
    "\u202e",
    "9" * 5_000,
    "-" + "9" * 5_000,
    "1" + "0" * 100_000,
    "1e999999999",
    "-1e-999999999",
    "NaN",
    "-sNaN123",
    "Infinity",
    "1_000",
    "٤٢",
    "0x41",
    "0000-00-00",
    "0000-01-01",
    "9999-12-31",
    "10000-01-01",
    "2030-02-30",
    "24:00",
    "23:59:60",
    "2030-12-31T25:00",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea></select></fieldset>",
    "&lt;b&gt;&amp;amp;",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://x",
    "http://a@evil.example/",
    "http://evil.example\\@good.example/",
    "https://[::1",
    "a@b\r\nBcc: c@d",
    "a" * 64 + "@" + "b." * 5_000 + "c",
    "@" * 10_000,
    "http://" + "a." * 50_000,
    "{limit}",
    "%s%n{0.__class__}",
    "__class__",
    "../../etc/passwd",
    "a" * 1_000_000,
]


@pytest.mark.parametrize("field", list(All.fields))
def test_hostile_values_are_told_and_shown_again(field):
    """No value makes a field fail in another way than with a message, which does not repeat it."""
    for value in HOSTILE:
        form = All(MultiDict([(field, value)]))
        form.is_valid()
        told = " ".join(message for messages in form.errors.values() for message in messages)
        html = str(form)
        html.encode()
        assert len(value) < 8 or value not in told
        assert "<script" not in html
        assert "<img" not in html
        for tag, attrs, _ in Reader(html).elements:
            assert not any(name.startswith("on") for name in attrs), (tag, attrs)


@pytest.mark.parametrize("value", [None, 4, 4.5, True, float("nan"), [], [[]], {}, {"a": 1}, b"x"])
def test_values_of_json(value):
    """What JSON brings besides text is read as its text, or as nothing."""
    for name in All.fields:
        form = All({name: value})
        form.is_valid()
        str(form).encode()
    assert All({"integer": 4}).data["integer"] == 4
    assert All({"boolean": True}).data["boolean"] is True
    assert All({"boolean": False}).data["boolean"] is False
    assert All({"several": ["x", "y"]}).data["several"] == ["x", "y"]
    assert All({"date": date(2030, 1, 2)}).data["date"] == date(2030, 1, 2)


names = st.sampled_from([*All.fields, "csrf_token", "__class__", "fields", "is_valid", "errors"])
texts = st.one_of(
    st.text(st.characters(), max_size=60),  # with surrogates and controls
    st.sampled_from(HOSTILE[:-1]),
    st.text("0123456789-+.:TeE ", max_size=20),
    st.text("<>&\"'/=ab;#x3", max_size=20),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, texts), max_size=12))
def test_any_form_comes_back_as_it_was_typed(pairs):
    """Whatever is sent: no exception; and HTML in which each value stands once, as it was typed."""
    sent = MultiDict(pairs)
    form = All(sent)
    valid = form.is_valid()
    assert valid is not form.errors or not form.errors
    assert set(form.data) <= set(All.fields)
    assert not set(form.data) & set(form.errors)
    html = str(form)
    html.encode()
    shown = {}
    for tag, attrs, text in Reader(html).elements:
        assert set(attrs) <= {
            *("type", "name", "id", "value", "for", "class", "role", "href", "required"),
            *("maxlength", "minlength", "pattern", "min", "max", "step", "accept", "multiple"),
            *("autocomplete", "checked", "selected", "aria-describedby", "aria-invalid"),
        }
        if tag == "textarea":
            shown[attrs["name"]] = text[1:]
        elif tag == "input" and attrs["type"] not in ("checkbox", "radio", "file"):
            shown[attrs["name"]] = attrs.get("value", "")
    for name, value in shown.items():
        typed = "" if name == "password" else sent.get(name, "")
        assert value == CONTROLS.sub("\ufffd", typed)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_shown_is_taken_again(data):
    """The value of a valid form, as an initial value, is shown, sent, and the same value again."""
    values = {
        "char": data.draw(st.text("abc ", min_size=2, max_size=9).map(lambda text: f"x{text}x")),
        "integer": data.draw(st.integers(-5, 500)),
        "float": data.draw(st.floats(0, 1e6, allow_subnormal=False).filter(lambda x: x > 1e-90)),
        "decimal": data.draw(st.decimals(-9999, 9999, places=2)),
        "date": data.draw(st.dates(max_value=date(2099, 12, 31))),
        "time": data.draw(st.times()).replace(microsecond=0),
        "datetime": data.draw(st.datetimes()).replace(microsecond=5_000),
        "boolean": data.draw(st.booleans()),
        "choice": data.draw(st.sampled_from([1, 2])),
        "several": data.draw(st.sampled_from([[], ["x"], ["x", "y"]])),
    }
    first = All(initial=values)
    again = All({name: first[name].values for name in values})
    assert again.is_valid(), again.errors
    assert {name: again.data[name] for name in values} == values


class TestBesideDjango:
    """Where the rules are the same, Django makes the same of it."""

    @pytest.fixture
    def django(self):
        django = pytest.importorskip("django")
        from django.conf import settings as django_settings

        if not django_settings.configured:
            django_settings.configure(USE_I18N=False, USE_TZ=False)
            django.setup()
        from django import forms

        return forms

    @staticmethod
    def theirs(field, value):
        """What Django makes of it: a value, or the name of its error."""
        from django.core.exceptions import ValidationError as Refused

        try:
            return field.clean(value)
        except Refused:
            return "refused"

    @staticmethod
    def ours(field, *values):
        try:
            return field.clean(list(values))
        except ValidationError:
            return "refused"

    def agree(self, ours, theirs, alphabet, size=12, examples=300):
        """Whatever we take, Django takes for the same, if only it is stripped."""

        @settings(max_examples=examples, deadline=None)
        @given(st.text(alphabet, max_size=size))
        def check(text):
            mine = self.ours(ours, text)
            if mine != "refused":
                assert self.theirs(theirs, text.strip()) == mine

        check()

    def test_whole_numbers(self, django):
        ours = IntegerField(min_value=-3, max_value=40, required=False)
        theirs = django.IntegerField(min_value=-3, max_value=40, required=False)
        self.agree(ours, theirs, "0123456789-+._ eE٤\t")
        for number in range(-10, 60):
            assert self.ours(ours, str(number)) == self.theirs(theirs, str(number))
        taken_by_django_alone = ["1_0", "٤", "+4", "4."]
        for text in taken_by_django_alone:
            assert self.ours(ours, text) == "refused"
            assert self.theirs(theirs, text) != "refused"

    def test_floats(self, django):
        self.agree(
            FloatField(required=False), django.FloatField(required=False), "0123456789-+._ eEnaif"
        )

    def test_decimals(self, django):
        """All that Django takes and a browser can send we take, too; zeros don't count for us."""
        from bistro.form_fields import NUMBER

        ours = DecimalField(max_digits=5, decimal_places=2)
        theirs = django.DecimalField(max_digits=5, decimal_places=2)

        @settings(max_examples=500, deadline=None)
        @given(st.from_regex(NUMBER, fullmatch=True))
        def check(text):
            their, our = self.theirs(theirs, text), self.ours(ours, text)
            if their != "refused":
                assert our == their
            if our != "refused":
                assert self.theirs(theirs, f"{our.normalize():f}") == our

        check()
        assert self.ours(ours, "999.99") == Decimal("999.99")
        assert self.ours(ours, "1000") == self.theirs(theirs, "1000") == "refused"
        assert self.ours(ours, "1.999") == self.theirs(theirs, "1.999") == "refused"
        assert self.ours(ours, "1.500") == Decimal("1.5")
        assert self.theirs(theirs, "1.500") == "refused"

    @pytest.mark.parametrize(
        ("ours", "name", "part"),
        [
            (DateField(required=False), "DateField", datetime.date),
            (TimeField(required=False), "TimeField", datetime.time),
            (DateTimeField(required=False), "DateTimeField", lambda moment: moment),
        ],
        ids=["date", "time", "datetime"],
    )
    def test_dates_and_times(self, django, ours, name, part):
        theirs = getattr(django, name)(required=False)
        self.agree(ours, theirs, "0123456789-:T. ", 20)

        @settings(max_examples=100, deadline=None)
        @given(st.datetimes())
        def check(moment):
            text = ours.format(part(moment))
            assert self.ours(ours, text) == self.theirs(theirs, text) != "refused"

        check()

    def test_text(self, django):
        ours = CharField(max_length=6, min_length=2, required=False)
        theirs = django.CharField(max_length=6, min_length=2, required=False)
        self.agree(ours, theirs, st.characters())

    def test_choices(self, django):
        pairs = [("a", "A"), ("b", "B"), ("", "None")]
        ours, theirs = (
            ChoiceField(pairs, required=False),
            django.ChoiceField(choices=pairs, required=False),
        )
        for text in ("a", "b", "", "c", "A", "a ", "__class__"):
            assert (self.ours(ours, text) or "") == self.theirs(theirs, text)
        ours = MultipleChoiceField(pairs, required=False)
        theirs = django.MultipleChoiceField(choices=pairs, required=False)
        for texts_ in (["a"], ["b", "a"], ["a", "a"], [], ["a", "c"]):
            mine, their = self.ours(ours, *texts_), self.theirs(theirs, texts_)
            assert sorted(set(mine)) == sorted(set(their))

    def test_boxes(self, django):
        ours = type("Ours", (Form,), {"it": BooleanField(required=False)})
        theirs = type("Theirs", (django.Form,), {"it": django.BooleanField(required=False)})
        for text in ("on", "", "true", "false", "FALSE", "yes", "no", "1"):
            form = theirs({"it": text})
            assert form.is_valid()
            assert ours({"it": text}).data == form.cleaned_data
        assert ours({}).data == {"it": False}

    def test_addresses_of_the_web(self, django):
        """Of these, we refuse what Django refuses, and a user before the host besides."""
        from django.core.exceptions import ValidationError as Refused
        from django.core.validators import URLValidator

        theirs = URLValidator(schemes=["http", "https"])
        for text, right in [
            ("https://bistro.example/", True),
            ("http://bistro.example:8000/menu?x=1#soup", True),
            ("HTTPS://BISTRO.EXAMPLE", True),
            ("https://b\u00fccher.example/\u00e4", True),
            ("http://127.0.0.1/", True),
            ("http://[::1]:80/", True),
            ("javascript:alert(1)", False),
            ("javascript://bistro.example/%0aalert(1)", False),
            ("//bistro.example/", False),
            ("ftp://bistro.example/", False),
            ("https:bistro.example", False),
            ("https:///bistro.example", False),
            ("https://bistro example/", False),
            ("https://bistro.example/ x", False),
            ("https://-.~_!&'()*+,;=:%40:80%2f::::::@example.com", False),
            ("https://", False),
            ("", False),
        ]:
            assert (self.ours(URLField(), text) != "refused") is right, text
            if "@" not in text:
                try:
                    theirs(text)
                except Refused:
                    assert not right
                else:
                    assert right
        assert self.ours(URLField(), "https://bank.example@evil.example/") == "refused"


def environ(method="POST", body=b"", kind="application/x-www-form-urlencoded", **more):
    return {
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **more,
    }


def test_from_a_request():
    """A POST is bound, with its files; a GET is not, whatever its query says."""
    form = All.from_request(Request(environ(body=b"integer=4&integer=9&char=ab")))
    assert form.is_bound
    assert (form.data["integer"], form.data["char"]) == (4, "ab")
    assert not All.from_request(Request(environ("GET", QUERY_STRING="integer=4"))).is_bound
    assert All.from_request(Request(environ("PUT", b"integer=4"))).data["integer"] == 4
    assert All.from_request(Request(environ(body=b"p-integer=4")), prefix="p").data["integer"] == 4
    body = (
        b'--w\r\nContent-Disposition: form-data; name="file"; filename="C:\\x\\a.PNG"\r\n\r\n'
        b"12345\r\n--w--\r\n"
    )
    form = All.from_request(Request(environ(body=body, kind="multipart/form-data; boundary=w")))
    assert (form.data["file"].filename, form.data["file"].size) == ("a.PNG", 5)
    form = All.from_request(Request(environ(body=b"file=a.png")))
    assert form.data["file"] is None


def test_the_token():
    """The token is the request's, if middleware has one, and shown only: nothing checks it here."""
    request = Request(environ("GET"))
    request.csrf_token = lambda: 'a"b'
    html = All.from_request(request).csrf_field()
    assert html == '<input type="hidden" name="csrf_token" value="a&#34;b">'
    assert All.from_request(request, csrf_token="own").csrf_field().count("own") == 1
    assert All.from_request(Request(environ("GET"))).csrf_field() == ""
    assert "csrf_token" not in All({"csrf_token": "x"}).data


def test_the_enctype():
    assert All().enctype == "multipart/form-data"
    assert type("Plain", (Form,), {"a": CharField()})().enctype.endswith("urlencoded")


def test_a_form_in_a_template():
    """A form and its pieces go into a template as they are; what they hold is escaped once."""
    environment = pytest.importorskip("bistro.templates.environment")
    source = (
        "{{ form }}|{{ form.char.widget(class='wide') }}|{{ form['char'].label }}|"
        "{{ form.char.value }}|{% for field in form %}{{ field.name }} {% endfor %}"
    )
    form = All({"char": "<b>&"}, csrf_token="t")
    whole, widget, label, value, listed = (
        environment.Environment().from_string(source).render(form=form).split("|")
    )
    assert whole == str(form)
    assert whole.count('value="&lt;b&gt;&amp;"') == 1
    assert 'class="wide"' in widget
    assert (label, value) == ("Char", "&lt;b&gt;&amp;")
    assert listed.split() == list(All.fields)


def test_a_summary_where_nothing_is_left_to_choose():
    """The link of a group leads to its first button, or to the group if it has none."""
    for times, place in ((["18:00"], "id_time_0"), ([], "id_time")):
        form = type("One", (Form,), {"time": ChoiceField(times, widget="radio")})({})
        assert f'href="#{place}"' in form.summary()
        assert f'id="{place}"' in form["time"].widget()


def test_an_object_that_is_written_as_markup():
    """`str` of an object may be `Markup`, as a field's is: in an attribute that is text, too."""

    class Sly:
        def __str__(self):
            return Markup('"><script>')

    assert form_widgets.tag("p", {"title": Sly()}) == '<p title="&#34;&gt;&lt;script&gt;"></p>'
    assert form_widgets.tag("p", {"title": All()["char"]}).count("<") == 2


def test_markup_where_we_wrote_it():
    """Markup of ours is taken as it is in help, label and message; never a guest's text."""
    field = CharField(label=Markup("<i>Name</i>"), help_text=Markup('<a href="/">why?</a>'))
    form = type("One", (Form,), {"it": field})({"it": "<i>"})
    form.add_error("it", Markup("<b>No</b>"))
    html = str(form)
    assert '<label for="id_it"><i>Name</i></label>' in html
    assert '<a href="/">why?</a>' in html
    assert "<b>No</b>" in html
    assert 'value="&lt;i&gt;"' in html


def test_a_field_is_shared_and_stays_as_it_is():
    """Nothing that a request does is seen by the next: fields, choices, attributes, messages."""
    field = All.fields["char"]
    for change in (
        lambda: setattr(field, "required", True),
        lambda: field.attrs.update(a=1),
        lambda: field.error_messages.update(a=1),
        lambda: All.fields.update(a=1),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()
    form = All({})
    form.fields = {**form.fields, "more": CharField()}
    assert list(form.errors) == ["more"]
    assert "more" not in All.fields
    assert All({}).is_valid()


def test_wrong_declarations():
    with pytest.raises(ValueError, match="radio"):
        CharField(widget="radio")
    with pytest.raises(KeyError, match="char"):
        All()["nothing"]
    with pytest.raises(KeyError):
        All()["__class__"]


def test_hidden_numbers():
    """A field of any kind can be hidden: its value comes back, checked as always."""
    form = type("One", (Form,), {"dish": IntegerField(widget="hidden", initial=7, min_value=1)})
    assert str(form()["dish"]) == '<input type="hidden" name="dish" id="id_dish" value="7">'
    assert form({"dish": "0"}).errors == {"dish": ["The least is 1."]}
    assert "aria" not in str(form({"dish": "0"})["dish"])


def test_own_kinds_of_fields():
    """A field of one's own says what it takes, and what it makes of it."""

    class TableField(IntegerField):
        invalid = "There is no such table."

        def to_python(self, text):
            number = super().to_python(text)
            if number == 13:
                raise self.error("invalid")
            return f"table {number}"

        def validate(self, value):
            pass

        def format(self, value):
            return str(value).removeprefix("table ")

    One = type("One", (Form,), {"table": TableField(initial="table 4")})  # noqa: N806
    assert 'value="4"' in One()["table"].widget()
    assert One({"table": "7"}).data == {"table": "table 7"}
    assert One({"table": "13"}).errors == {"table": ["There is no such table."]}


def test_every_code_has_a_message_of_its_own():
    """Each code can be said in other words, by field; the limit is put in."""
    own = dict.fromkeys(MESSAGES, "X{limit}X")
    for field, sent, told in [
        (CharField, [""], "XX"),
        (lambda **kw: CharField(max_length=2, **kw), ["abc"], "X2X"),
        (lambda **kw: CharField(min_length=2, **kw), ["a"], "X2X"),
        (CharField, ["\0"], "XX"),
        (lambda **kw: IntegerField(min_value=3, **kw), ["2"], "X3X"),
        (lambda **kw: DecimalField(decimal_places=1, **kw), ["2.55"], "X1X"),
        (lambda **kw: DecimalField(max_digits=1, **kw), ["12"], "X1X"),
        (lambda **kw: ChoiceField(["a"], **kw), ["b"], "XX"),
        (EmailField, ["b"], "XX"),
        (BooleanField, [], "XX"),
    ]:
        with pytest.raises(ValidationError) as caught:
            field(error_messages=own).clean(sent)
        assert caught.value.messages == [told]


def test_times_of_all_kinds_are_written_as_browsers_do():
    assert TimeField().format(time(18, 30)) == "18:30"
    assert TimeField().format(time(18, 30, 15)) == "18:30:15"
    assert TimeField().format(time(18, 0, 0, 500_000)) == "18:00:00.500"
    assert DateTimeField().format(datetime(2030, 1, 2)) == "2030-01-02T00:00"
    assert DecimalField().format(Decimal("1E+2")) == "100"
    assert DecimalField().clean(["1e2"]) == 100


def test_many_guests_at_once():
    """Forms of many threads have nothing to do with each other."""
    wrong = []

    def guest(number):
        for _ in range(50):
            form = All({"integer": str(number), "char": f"guest {number}"})
            if not form.is_valid() or form.data["integer"] != number:
                wrong.append(form)
            if f'value="guest {number}"' not in str(form):
                wrong.append(form)

    threads = [threading.Thread(target=guest, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---- The restaurant, in a browser ----------------------------------------------------------------


@pytest.fixture
def restaurant(tmp_path):
    """The restaurant of chapter 13 as an application."""
    pytest.importorskip("bistro.templates.rendering")
    spec = importlib.util.spec_from_file_location("restaurant_with_forms", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module.make_app(tmp_path)
    del sys.modules[spec.name]


def next_day(weekday):
    """The next such day, from tomorrow on; Monday is 0."""
    tomorrow = date.today() + timedelta(1)
    return (tomorrow + timedelta((weekday - tomorrow.weekday()) % 7)).isoformat()


def test_without_a_browser(restaurant):
    """The booking form by a client that fills in forms as they are declared."""
    client = TestApp(restaurant)
    form = client.get("/").form
    form["name"], form["mail"], form["day"] = "Zoë <b>", "zoe@bistro.example", next_day(2)
    form["time"] = "21:00"
    form["guests"] = "40"
    wrong = form.submit(status=422)
    assert wrong.form["name"].value == "Zoë <b>"
    assert wrong.form["time"].value == "21:00"
    form = wrong.form
    form["guests"] = "4"
    assert "A table for 4" in form.submit(status=303).follow().text
    assert "Zoë &lt;b&gt;" in client.get("/bookings").text


@pytest.mark.needs("chromium")
class TestInABrowser:
    @pytest.fixture
    def page(self, serve, restaurant, browser):
        """A page at the booking form; `page.wrong` has what the browser complained of."""
        host, port = serve(restaurant).address
        context = browser.new_context(base_url=f"http://{host}:{port}")
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda line: page.wrong.append(line.text))
        page.goto("/")
        yield page
        context.close()

    def fill_in(self, page, guests):
        page.get_by_label("Your name").fill("Zoë <b>& Söhne</b>")
        page.get_by_label("Your mail address").fill("zoe@bistro.example")
        page.get_by_label("Guests").fill(guests)
        page.get_by_label("Day").fill(next_day(4))
        page.get_by_label("19:30").check()
        page.get_by_label("High chair").check()

    def book(self, page):
        page.get_by_role("button", name="Book").click()

    def test_the_browser_refuses_what_we_would(self, page):
        """With its validation on, the browser sends no wrong booking; a right one it does."""
        sent = []
        page.on("request", lambda request: sent.append(request.method))
        self.fill_in(page, "13")
        self.book(page)
        assert "POST" not in sent
        assert page.get_by_label("Guests").evaluate("e => e.validity.rangeOverflow")
        page.get_by_label("Guests").fill("12")
        self.book(page)
        page.wait_for_url("**/booked/*")
        told = page.locator("main").inner_text()
        assert "See you soon, Zoë <b>& Söhne</b>" in told
        assert "A table for 12" in told
        page.reload()
        assert "A table for 12" in page.locator("main").inner_text()
        assert page.wrong == []

    def test_the_server_refuses_alone(self, page):
        """With its validation off, the server refuses; nothing has to be typed twice."""
        from playwright.sync_api import expect

        self.fill_in(page, "13")
        page.get_by_label("19:30").evaluate("e => { e.value = '03:00' }")
        page.evaluate("document.forms[0].noValidate = true")
        self.book(page)
        alert = page.get_by_role("alert")
        assert alert.get_by_role("link").all_inner_texts() == [
            "Guests: The most is 12.",
            "Time: Choose one of those that are offered.",
        ]
        assert page.title() == "Error: Book a table - Bistro"
        assert page.get_by_label("Your name").input_value() == "Zoë <b>& Söhne</b>"
        assert page.get_by_label("High chair").is_checked()
        guests = page.get_by_label("Guests")
        assert guests.input_value() == "13"
        expect(guests).to_have_attribute("aria-invalid", "true")
        expect(guests).to_have_accessible_description("The most is 12.")
        expect(page.get_by_role("group", name="Time")).to_have_accessible_description(
            "Choose one of those that are offered."
        )
        expect(page.get_by_label("Day")).to_have_accessible_description("Not on Mondays.")
        alert.get_by_role("link", name="Guests").click()
        expect(guests).to_be_focused()
        guests.fill("4")
        page.get_by_label("21:00").check()
        self.book(page)
        page.wait_for_url("**/booked/*")
        assert "A table for 4" in page.locator("main").inner_text()
        page.goto("/bookings")
        assert "Zoë <b>& Söhne</b>" in page.get_by_role("table").inner_text()

    def test_with_the_keyboard_alone(self, page):
        """Everything can be reached and used without a mouse."""
        page.get_by_label("Your name").focus()
        for typed in ("Ada", "ada@bistro.example"):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")
        assert page.get_by_label("Guests").input_value() == "3"
        page.get_by_label("Day").fill(next_day(4))
        page.get_by_label("18:00").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.get_by_label("By the window").is_checked()
        page.keyboard.press("Enter")
        page.wait_for_url("**/booked/*")
        assert "A table for 3" in page.locator("main").inner_text()

    def test_lines_are_counted_alike(self, page):
        """A note that the browser lets through, with line ends, is not too long for the server."""
        self.fill_in(page, "2")
        page.get_by_text("Something else?").click()
        note = page.get_by_label("Your note")
        note.press_sequentially("a\nb\n" * 2)
        note.evaluate("e => { e.value = '\\n'.repeat(250) + 'x'.repeat(250) }")
        note.press("End")
        note.press_sequentially("yz")
        assert len(note.input_value()) == 500
        self.book(page)
        page.wait_for_url("**/booked/*")

    def test_a_note_comes_back_line_by_line(self, page):
        """Empty lines at its beginning are not lost, though browsers drop one behind the tag."""
        self.fill_in(page, "2")
        page.get_by_text("Something else?").click()
        page.get_by_label("Your note").fill("\n\n</textarea>\n x")
        page.evaluate("document.forms[0].noValidate = true")
        page.get_by_label("Guests").fill("99")
        self.book(page)
        assert page.get_by_role("alert").count() == 1
        assert page.get_by_label("Your note").input_value() == "\n\n</textarea>\n x"

    def test_a_floor_plan(self, page, tmp_path):
        """A file that is none is told beside its field, and a picture is hung up."""
        text = tmp_path / "plan.png"
        text.write_text("<script>alert(1)</script>")
        page.goto("/plan")
        page.get_by_label("Picture").set_input_files(text)
        page.get_by_role("button", name="Hang it up").click()
        assert "That is no PNG, JPEG or GIF picture." in page.get_by_role("alert").inner_text()
        picture = Path(tmp_path / "other.PNG")
        picture.write_bytes((ROOT / "chapters/13-forms/restaurant.png").read_bytes())
        page.get_by_label("Picture").set_input_files(picture)
        page.get_by_role("button", name="Hang it up").click()
        image = page.get_by_role("img", name="The floor plan of the house")
        image.wait_for()
        assert image.evaluate("e => e.decode().then(() => e.naturalWidth)") > 100

    def test_the_browser_takes_what_we_take(self, page):
        """A browser that knows our attributes refuses what we refuse, and nothing else."""
        fields = {
            "email": EmailField(),
            "url": URLField(),
            "integer": IntegerField(min_value=-2, max_value=1_000),
            "price": DecimalField(min_value=0, decimal_places=2),
            "float": FloatField(max_value=10),
            "date": DateField(min_value=date(2030, 1, 15)),
            "time": TimeField(max_value=time(21, 0)),
            "datetime": DateTimeField(),
            "code": CharField(pattern="[A-Z]{2}[0-9]+"),
        }
        form = type("Rules", (Form,), fields)
        page.set_content(f"<form>{form()}</form>")
        typed = [
            *(
                "a@b",
                "a.b@c.de",
                "a@b.c-d",
                "a@-b",
                "@b",
                "a@b@c",
                "a b@c",
                "a@b..c",
                "ab",
                "a+b@c.d",
            ),
            *("http://a.b/", "https://a/?b#c", "x:y", "a.b", "4", "-2", "-3", "4.0", "4.5", "1000"),
            *(
                "1001",
                "0",
                "-0",
                "0.01",
                "0.001",
                "1.500",
                "10",
                "10.5",
                "1.",
                ".5",
                "abc",
                "2030-01-15",
            ),
            *(
                "2030-01-14",
                "2030-02-29",
                "2028-02-29",
                "0000-01-01",
                "21:00",
                "21:01",
                "24:00",
                "18:3",
            ),
            *("2030-01-15T18:30", "2030-01-15T24:00", "AB1", "ab1", "AB", "xAB1"),
        ]
        known = {  # what browsers take for an address, and a link to it should not be ours
            ("url", "x:y"),
        }
        for name, field in fields.items():
            for text in typed:
                by_browser = page.evaluate(
                    """([id, text]) => { const e = document.getElementById(id); e.value = text;
                       return e.value === text && e.validity.valid }""",
                    [f"id_{name}", text],
                )
                try:
                    field.clean([text])
                    by_us = True
                except ValidationError:
                    by_us = False
                if (name, text) in known:
                    assert (by_browser, by_us) == (True, False)
                else:
                    assert by_browser is by_us, (name, text, by_browser, by_us)
