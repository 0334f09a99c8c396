"""How a form's fields look: labels, widgets, help and messages as HTML that everyone can use.

All markup is made by `tag`, which escapes what it is given. What the guest typed comes back as it
was typed. Builds on form_fields, and on templates/escape.
"""

from __future__ import annotations

import re

from bistro.form_fields import CONTROLS, MultipleChoiceField, called, is_true
from bistro.templates.escape import Markup, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from bistro.forms import Form

    Renderer = Callable[["BoundField", dict[str, Any]], Markup]

ATTRIBUTE = re.compile(r"[a-z][a-z0-9:.-]*", re.IGNORECASE)
"""A name that an attribute may have; others are refused, because names can't be escaped."""


class BoundField:
    """A field of one form: what the guest typed into it, what is wrong with that, and its HTML.

    Each piece can stand alone in a template: `{{ field.label_tag() }} {{ field.widget() }}`.
    """

    __slots__ = ("field", "form", "name")

    def __init__(self, form: Form, name: str) -> None:
        self.form = form
        self.name = name
        self.field = form.fields[name]

    @property
    def html_name(self) -> str:
        """The name in HTML and in what is sent: with the form's prefix, if it has one."""
        return f"{self.form.prefix}-{self.name}" if self.form.prefix else self.name

    @property
    def id(self) -> str:
        """The widget's id in HTML."""
        return f"id_{self.html_name}"

    @property
    def first_id(self) -> str:
        """The id of what is filled in first: of buttons or boxes, if there are any, the first."""
        field: Any = self.field
        return f"{self.id}_0" if self.is_group and field.offered() else self.id

    @property
    def is_group(self) -> bool:
        """Whether it is several buttons or boxes, which take a legend instead of a label."""
        return self.field.widget in ("radio", "checkboxes")

    @property
    def is_hidden(self) -> bool:
        """Whether guests don't see it."""
        return self.field.widget == "hidden"

    @property
    def label(self) -> str:
        """What the guest is asked for."""
        label = self.field.label
        return self.name.replace("_", " ").capitalize() if label is None else label

    @property
    def help_text(self) -> str:
        """What the guest is told before."""
        return self.field.help_text

    @property
    def errors(self) -> list[str]:
        """What is wrong with it."""
        return self.form.errors.get(self.name, [])

    @property
    def sent(self) -> Sequence[Any]:
        """What was sent for it, unchecked: texts or uploads."""
        form = self.form
        return self.field.values_from(form._sent, form._uploads, self.html_name)

    @property
    def values(self) -> list[str]:
        """The texts to show: in a bound form what was sent, else the initial value or values.

        The form's `initial` goes before the field's, by the field's `name`; either may be a
        function, which is called. A list, tuple, set or frozenset is several values; None is no
        text; the field's `format` makes texts of values. Each is a plain `str`, as typed, but with
        U+FFFD for each of `CONTROLS`. Empty if the field does not show its value.
        """
        raise NotImplementedError("step 13.6: write BoundField.values")

    @property
    def value(self) -> str:
        """The text to show, the first of `values`; `""` if there is none."""
        return next(iter(self.values), "")

    @property
    def described_by(self) -> str | None:
        """The ids of help and messages, those that are there, with a space between; or None."""
        raise NotImplementedError("step 13.7: write BoundField.described_by")

    def label_tag(self) -> Markup:
        """Return the label of the widget; nothing for a group, which has a legend."""
        if self.is_group or self.is_hidden:
            return Markup()
        return tag("label", {"for": self.id}, self.label)

    def help_tag(self) -> Markup:
        """Return the help text in a paragraph; nothing without one."""
        if not self.help_text:
            return Markup()
        return tag("p", {"class": "help", "id": f"{self.id}_help"}, self.help_text)

    def error_tag(self) -> Markup:
        """Return the messages in a list; nothing without any."""
        if not self.errors:
            return Markup()
        items = [tag("li", {}, message) for message in self.errors]
        return tag("ul", {"class": "error", "id": f"{self.id}_errors"}, *items)

    def widget(self, **attrs: Any) -> Markup:
        """Return what the guest fills in. `attrs` are more attributes: `widget(class_="wide")`.

        A function of `WIDGETS` makes it, of this field and its attributes, in this order: the
        `html_name` as `name`, `id`, the attributes of the field, `aria-describedby` if there is
        something, `aria-invalid="true"` if something is wrong with it; then the field's `attrs`,
        then `attrs`, in whose names a `_` at the end is dropped, and others are written `-`. What
        comes later goes before what has the same name.
        """
        raise NotImplementedError("step 13.7: write BoundField.widget")

    def render(self) -> Markup:
        """Return all of it: label, widget, help and messages; a hidden field's widget alone."""
        if self.is_hidden:
            return self.widget()
        pieces = [self.label_tag(), self.widget(), self.help_tag(), self.error_tag()]
        if self.field.widget == "checkbox":
            pieces[:2] = reversed(pieces[:2])
        return tag("div", {"class": "field wrong" if self.errors else "field"}, *pieces)

    def __html__(self) -> str:
        return self.render()

    def __str__(self) -> str:
        return self.render()


def tag(name: str, attributes: Mapping[str, Any], *content: object) -> Markup:
    """Return an element of HTML; an `input` has no content and no end.

    An attribute that is None or False is left out, one that is True has no value. Values are
    escaped as text, even `Markup`, because a tag in a value is text, too; content is escaped unless
    it is `Markup`. Raises `ValueError` for the name of an attribute that is not by `ATTRIBUTE`.
    """
    raise NotImplementedError("step 13.6: write tag")


def render_input(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return a line to fill in, or whatever the field's `input_type` is."""
    own = {"type": bound.field.input_type, **attributes, "value": bound.value or None}
    return tag("input", own)


def render_hidden(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return a value that guests don't see, so that there is nothing to describe."""
    own = {"type": "hidden", "name": attributes["name"], "id": attributes["id"]}
    return tag("input", {**own, "value": bound.value or None})


def render_textarea(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return several lines to fill in. A browser drops a line's end at their beginning: ours."""
    return tag("textarea", attributes, "\n", bound.value)


def render_checkbox(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return one box, checked or not."""
    own = {"type": "checkbox", **attributes, "checked": is_true(bound.values)}
    return tag("input", own)


def render_select(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return a list to choose from; of a single choice, nothing is one of those on offer."""
    field: Any = bound.field
    offered = field.offered()
    several = isinstance(field, MultipleChoiceField)
    chosen = set(bound.values if several else bound.values[:1])
    options = [
        tag("option", {"value": value, "selected": value in chosen}, label)
        for value, (_, label) in offered.items()
    ]
    if not several and "" not in offered:
        options.insert(0, tag("option", {"value": ""}, field.empty_label))
    return tag("select", {**attributes, "multiple": several}, *options)


def render_group(bound: BoundField, attributes: dict[str, Any]) -> Markup:
    """Return buttons or boxes, each with its label, in a fieldset whose legend asks for them.

    Browsers would want each box that is `required`, so boxes never are.
    """
    field: Any = bound.field
    single = field.widget == "radio"
    chosen = set(bound.values[:1] if single else bound.values)
    kind = {"type": "radio"} if single else {"type": "checkbox", "required": None}
    described = attributes.pop("aria-describedby", None)
    pieces = [tag("legend", {}, bound.label)]
    for number, (value, (_, label)) in enumerate(field.offered().items()):
        place = {"id": f"{bound.id}_{number}", "value": value, "checked": value in chosen}
        button = tag("input", {**attributes, **kind, **place})
        pieces.append(tag("label", {"for": place["id"]}, button, " ", label))
    return tag("fieldset", {"id": bound.id, "aria-describedby": described}, *pieces)


# What a field is shown as, by name: functions of the bound field and its attributes.
WIDGETS: dict[str, Renderer] = {
    "input": render_input,
    "hidden": render_hidden,
    "textarea": render_textarea,
    "checkbox": render_checkbox,
    "select": render_select,
    "radio": render_group,
    "checkboxes": render_group,
}
