"""Step 13.7: a form for everyone."""

from datetime import date

import pytest

from bistro.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    MultipleChoiceField,
    TextField,
    ValidationError,
)
from bistro.templates.escape import Markup


@pytest.fixture
def booking():
    """A form with a field of several kinds."""

    class Booking(Form):
        name = CharField(max_length=40, autocomplete="name", help_text="As on your <bell>.")
        guests = IntegerField(min_value=1, max_value=12, initial=2)
        time = ChoiceField(["18:00", "19:30"], widget="radio", help_text="Local time.")
        wishes = MultipleChoiceField(["Window", "High chair"])

    return Booking


def one(field, read, **attrs):
    """The element that is shown for a field alone in a form to be filled in."""
    form = type("One", (Form,), {"it": field})()
    return read(form["it"].widget(**attrs))[0]


def test_the_rules_are_in_the_html(read):
    """A browser is told the field's rules, so that it can tell the guest at once."""
    name = one(CharField(max_length=40, min_length=2, pattern="[A-Z].*"), read).attrs
    assert name == {
        "type": "text",
        "name": "it",
        "id": "id_it",
        "required": True,
        "maxlength": "40",
        "minlength": "2",
        "pattern": "[A-Z].*",
    }
    day = one(DateField(min_value=date(2030, 1, 1), required=False), read).attrs
    assert day == {"type": "date", "name": "it", "id": "id_it", "min": "2030-01-01"}
    price = one(DecimalField(decimal_places=2, max_value=9), read).attrs
    assert (price["step"], price["max"]) == ("0.01", "9")


def test_each_kind_has_its_widget(read):
    """Each field is shown as what it is: a line, several lines, a box, a list, a file."""
    assert one(TextField(), read).tag == "textarea"
    assert one(ChoiceField(["a"]), read).tag == "select"
    assert one(BooleanField(), read).attrs["type"] == "checkbox"
    assert one(EmailField(), read).attrs["type"] == "email"
    assert one(FileField(extensions=[".png"]), read).attrs["accept"] == ".png"
    assert one(HiddenField(), read).attrs == {"type": "hidden", "name": "it", "id": "id_it"}


def test_what_was_typed_is_in_the_widget(read, booking):
    """What the guest typed is in the widget, escaped, and what was chosen is chosen."""
    form = booking({"name": '"><b>', "guests": "forty", "time": "19:30", "wishes": ["Window"]})
    assert read(form["name"].widget())[0].attrs["value"] == '"><b>'
    assert read(form["guests"].widget())[0].attrs["value"] == "forty"
    buttons = read(form["time"].widget(), "input")
    assert [button.attrs.get("checked") for button in buttons] == [None, True]
    boxes = read(form["wishes"].widget(), "input")
    assert [box.attrs.get("checked") for box in boxes] == [True, None]
    area = type("Note", (Form,), {"note": TextField()})({"note": "\n</textarea>"})["note"]
    assert read(area.widget())[0].text == "\n\n</textarea>"


def test_with_a_prefix(read, booking):
    """With a prefix, names and ids have it, so that two forms can be on one page."""
    widget = read(booking(prefix="b")["guests"].widget())[0]
    assert (widget.attrs["name"], widget.attrs["id"]) == ("b-guests", "id_b-guests")


def test_no_description(read, booking):
    """A field without help text and without a mistake is described by nothing."""
    assert booking()["guests"].described_by is None
    assert "aria-describedby" not in read(booking()["guests"].widget())[0].attrs


def test_described_by_what_is_there(booking):
    """A widget is described by its help text and its messages: by those that are there."""
    assert booking()["name"].described_by == "id_name_help"
    wrong = booking({})
    assert wrong["name"].described_by == "id_name_help id_name_errors"
    assert wrong["guests"].described_by == "id_guests_errors"
    assert booking({}, prefix="b")["guests"].described_by == "id_b-guests_errors"


def test_descriptions_lead_somewhere(read, booking):
    """Each id that a widget names is on the page, once, with that text; each label has a widget."""
    for form in (booking(), booking({"guests": "forty"}), booking({}, prefix="x")):
        elements = read(form)
        ids = [element.attrs["id"] for element in elements if "id" in element.attrs]
        assert len(ids) == len(set(ids))
        for element in elements:
            named = element.attrs.get("aria-describedby", "").split()
            assert set(named) <= set(ids)
            if element.tag == "label":
                assert element.attrs["for"] in ids
            if element.tag == "a":
                assert element.attrs["href"][1:] in ids


def test_marked_as_wrong(read, booking):
    """A widget is marked `aria-invalid="true"` if something is wrong with it, and only then."""
    form = booking({"name": "Ada", "guests": "forty"})
    assert read(form["guests"].widget())[0].attrs["aria-invalid"] == "true"
    assert "aria-invalid" not in read(form["name"].widget())[0].attrs
    assert "aria-invalid" not in read(booking()["guests"].widget())[0].attrs


def test_more_attributes(read):
    """More attributes come from the field's `attrs` and, before those, from the call."""
    field = CharField(max_length=40, attrs={"class": "wide", "data-x": "1", "maxlength": 20})
    assert one(field, read).attrs["class"] == "wide"
    assert one(field, read).attrs["maxlength"] == "20"
    more = {"class_": "narrow", "data_x": 1, "data_dish_id": 7, "aria_label": "<x>"}
    element = one(field, read, **more, required=False)
    assert element.attrs["class"] == "narrow"
    assert (element.attrs["data-x"], element.attrs["aria-label"]) == ("1", "<x>")
    assert element.attrs["data-dish-id"] == "7"
    assert "required" not in element.attrs
    described = CharField(help_text="Yours.", attrs={"aria-describedby": "elsewhere"})
    assert one(described, read).attrs["aria-describedby"] == "elsewhere"


def test_a_group_has_a_legend(read, booking):
    """Buttons and boxes are in a fieldset, with the label as its legend; each has its own label."""
    form = booking({})
    elements = read(form["time"].widget())
    assert elements[0].tag == "fieldset"
    assert elements[0].attrs["aria-describedby"] == "id_time_help id_time_errors"
    assert (elements[1].tag, elements[1].text) == ("legend", "Time")
    labels = [element for element in elements if element.tag == "label"]
    assert [label.attrs["for"] for label in labels] == ["id_time_0", "id_time_1"]
    assert form["time"].label_tag() == ""


def test_boxes_are_not_required(read, booking):
    """Boxes of which one is required are not required each: browsers would ask for all."""
    buttons = read(booking()["time"].widget(), "input")
    boxes = read(booking()["wishes"].widget(), "input")
    assert [button.attrs.get("required") for button in buttons] == [True, True]
    assert [box.attrs.get("required") for box in boxes] == [None, None]


def test_no_summary(booking):
    """Without a mistake there is no summary, so that nothing is announced."""
    assert booking().summary() == ""
    good = {"name": "Ada", "guests": "4", "time": "18:00", "wishes": "Window"}
    assert booking(good).summary() == ""


def test_the_summary(read, booking):
    """The summary is announced, and has a link to each field with a mistake, in their order."""
    form = booking({"name": "Ada", "guests": "forty"})
    elements = read(form.summary())
    assert [element.tag for element in elements[:4]] == ["div", "ul", "li", "a"]
    assert elements[0].attrs == {"class": "errors", "role": "alert"}
    links = [element for element in elements if element.tag == "a"]
    assert [(link.attrs["href"], link.text) for link in links] == [
        ("#id_guests", "Guests: Enter a whole number."),
        ("#id_time_0", "Time: This field is required."),
        ("#id_wishes_0", "Wishes: This field is required."),
    ]


def test_the_summary_is_in_the_order_of_the_fields(read, booking):
    """The summary goes through the fields from the top, in whatever order mistakes were found."""
    form = booking({"name": "Ada", "guests": "4", "time": "18:00", "wishes": "Window"})
    form.add_error("guests", "Too many.")
    form.add_error("name", "Not you.")
    assert [link.text for link in read(form.summary(), "a")] == [
        "Name: Not you.",
        "Guests: Too many.",
    ]


def test_what_is_wrong_with_a_hidden_field(read):
    """The summary tells of a hidden field without a link, which would lead to nothing seen."""
    fields = {"table": HiddenField(), "time": CharField(widget="hidden"), "name": CharField()}
    form = type("Booking", (Form,), fields)({})
    lines = [element.text for element in read(form.summary(), "li")]
    assert lines == [f"{label}: This field is required." for label in ("Table", "Time", "Name")]
    assert [link.attrs["href"] for link in read(form.summary(), "a")] == ["#id_name"]


def test_the_summary_begins_with_the_form(read, booking):
    """What is wrong with the form as a whole comes first, and leads nowhere; all is told."""
    form = booking({"name": "Ada", "guests": "13", "time": "18:00", "wishes": "Window"})
    form.add_error("guests", "Not so many.")
    form.add_error(None, "We are closed.")
    form.add_error(None, "Really.")
    texts = [element.text for element in read(form.summary(), "li")]
    assert texts == [
        "We are closed.",
        "Really.",
        "Guests: The most is 12.",
        "Guests: Not so many.",
    ]
    assert len(read(form.summary(), "a")) == 2
    form = booking({"name": "Ada", "guests": "4", "time": "18:00", "wishes": "Window"})
    form.add_error(None, "We are closed.")
    assert [element.text for element in read(form.summary(), "li")] == ["We are closed."]


def test_messages_are_escaped(read):
    """A message, a label, a help text: whatever is in them is shown, and nothing of it is HTML."""
    attack = '<script>alert("1")</script>'
    field = CharField(label=attack, help_text=attack)
    form = type("One", (Form,), {"it": field})({"it": "x"})
    form.add_error("it", attack)
    form.add_error(None, attack)
    assert "<script" not in form.summary() + form["it"].render()
    assert [element.text for element in read(form.summary(), "li")] == [
        attack,
        f"{attack}: {attack}",
    ]


def test_messages_of_markup(read):
    """A message that is `Markup` may bring elements with it: it was written by us."""
    form = type("One", (Form,), {"it": CharField()})({"it": "x"})
    call = Markup('<abbr title="telephone">Tel.</abbr> 7')
    form.add_error("it", ValidationError(call))
    form.add_error(None, call)
    assert [element.text for element in read(form.summary(), "abbr")] == ["Tel.", "Tel."]
    assert [element.text for element in read(form.summary(), "li")] == ["Tel. 7", "It: Tel. 7"]


def test_the_whole_form(read, booking):
    """A form in a template is its summary, its token and its fields: without tag and button."""
    form = booking({}, csrf_token="to&ken")
    html = form.__html__()
    assert html.index('role="alert"') < html.index("csrf_token") < html.index('id="id_name"')
    hidden = [
        element.attrs for element in read(html, "input") if element.attrs["name"] == "csrf_token"
    ]
    assert hidden == [{"type": "hidden", "name": "csrf_token", "value": "to&ken"}]
    assert "csrf_token" not in booking().render()
    assert read(html, "form") == []
