"""Forms: fields declared on a class, what a guest sent for them, and what is wrong with that.

What comes in is text; what comes out are values of Python, or messages beside the fields and what
the guest typed. The spellings are Django's, and WTForms' where Django has none. Builds on
form_fields and form_widgets, whose public names are here, too.
"""

from __future__ import annotations

from types import MappingProxyType

from bistro.form_fields import BooleanField as BooleanField
from bistro.form_fields import CharField as CharField
from bistro.form_fields import ChoiceField as ChoiceField
from bistro.form_fields import DateField as DateField
from bistro.form_fields import DateTimeField as DateTimeField
from bistro.form_fields import DecimalField as DecimalField
from bistro.form_fields import EmailField as EmailField
from bistro.form_fields import Field as Field
from bistro.form_fields import FileField as FileField
from bistro.form_fields import FloatField as FloatField
from bistro.form_fields import HiddenField as HiddenField
from bistro.form_fields import IntegerField as IntegerField
from bistro.form_fields import MultipleChoiceField as MultipleChoiceField
from bistro.form_fields import PasswordField as PasswordField
from bistro.form_fields import TextField as TextField
from bistro.form_fields import TimeField as TimeField
from bistro.form_fields import URLField as URLField
from bistro.form_fields import ValidationError as ValidationError
from bistro.form_fields import called
from bistro.form_widgets import BoundField as BoundField
from bistro.form_widgets import tag
from bistro.multidict import MultiDict
from bistro.templates.escape import Markup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, Self

    from bistro.request import Request

SUBMITTING = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose body is a form that was filled in."""


class Form:
    """A form: fields that a class declares, and what one guest sent.

        class Booking(Form):
            name = CharField(max_length=40)
            guests = IntegerField(min_value=1, max_value=12)

            def clean_name(self, value): ...  # returns the value, or raises ValidationError
            def clean(self): ...  # across fields: self.add_error("guests", "Not on Mondays.")

    `data` and `files` are what was sent, a MultiDict or another mapping each. Without both the form
    is to be filled in, `is_bound` is false, and shows `initial`: values by name, before those of
    the fields. `prefix` sets two forms of one page apart. `csrf_token` is the value of a hidden
    field of that name, or a function that returns it; it is shown here, and checked elsewhere.

    `form["name"]` and `form.name` are a `BoundField`. A form made of something else, such as a
    model, is `type(name, (Form,), fields)`; fields for one guest alone are put into the form's own
    `fields`, a new mapping, before anything is asked of it.
    """

    fields: Mapping[str, Field] = MappingProxyType({})
    initial: Mapping[str, Any] = MappingProxyType({})
    prefix = ""
    csrf_token: str | Callable[[], str] | None = None
    is_bound = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Collect the fields of the class and of its bases into `fields`, which can't be changed.

        The bases, also those that are no forms, are gone through from the one that Python searches
        last to the class itself. Each adds its fields in the order of declaration; one whose name
        is there already takes its place, and a name that is None is dropped. `options` are for the
        next class that wants them.

        Raises `TypeError`, with the name in it, for a field that was declared under another name
        already, and for a name that begins with `_` or is an attribute of `Form`.
        """
        super().__init_subclass__(**options)
        fields: dict[str, Field] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                if isinstance(value, Field):
                    fields[name] = value
                elif value is None:
                    fields.pop(name, None)
        for name, field in fields.items():
            if name.startswith("_") or hasattr(Form, name):
                raise TypeError(f"{cls.__name__}: a field can't be called {name!r}")
            if field.name != name:
                raise TypeError(f"{cls.__name__}.{name}: the field is {field.name!r} already")
        cls.fields = MappingProxyType(fields)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        prefix: str = "",
        csrf_token: str | Callable[[], str] | None = None,
    ) -> None:
        self.is_bound = data is not None or files is not None
        self.initial = initial or {}
        self.prefix = prefix
        self.csrf_token = csrf_token
        self._sent = data if isinstance(data, MultiDict) else MultiDict(data or {})
        self._uploads = files if isinstance(files, MultiDict) else MultiDict(files or {})
        self._data: dict[str, Any] = {}
        self._errors: dict[str | None, list[str]] = {}
        self._checked = False

    @classmethod
    def from_request(cls, request: Request, **options: Any) -> Self:
        """Return the form with what `request` sent, or to be filled in unless it is a POST.

        The methods of `SUBMITTING` send it. The token is `request.csrf_token`, if middleware has
        put one there. Raises `HTTPError` as `Request.form` does.
        """
        options.setdefault("csrf_token", getattr(request, "csrf_token", None))
        if request.method not in SUBMITTING:
            return cls(**options)
        return cls(request.form, request.files, **options)

    def __getitem__(self, name: str) -> BoundField:
        """Return the field `name` of this form; raises `KeyError`, which tells the names."""
        if name not in self.fields:
            raise KeyError(f"{type(self).__name__} has {', '.join(self.fields)}, not {name!r}")
        return BoundField(self, name)

    def __iter__(self) -> Iterator[BoundField]:
        return map(self.__getitem__, self.fields)

    def is_valid(self) -> bool:
        """Return whether something was sent, and nothing is wrong with it."""
        return self.is_bound and not self.errors

    @property
    def errors(self) -> dict[str | None, list[str]]:
        """The messages, by the field's name; None stands for the form as a whole."""
        if not self._checked:
            self.full_clean()
        return self._errors

    @property
    def data(self) -> dict[str, Any]:
        """The values of those fields that are right; all of them, and no others, in a valid form.

        Not what was sent: whatever a guest adds that is not declared is not in here.
        """
        if not self._checked:
            self.full_clean()
        return self._data

    def full_clean(self) -> None:
        """Read and check all that was sent: fills `data` and `errors`, which are empty before.

        Nothing happens in a form that is not bound. For each field, in order: its `clean`, then the
        form's method `clean_<name>`, if the class has one, which is given the value and returns
        the one for `data`. If nothing is wrong until then, and only then, the form's `clean`, which
        finds all values in `data`. A `ValidationError` of any of these goes to `add_error`, under
        the field's name or None.
        """
        self._data, self._errors, self._checked = {}, {}, True
        if not self.is_bound:
            return
        for name, field in self.fields.items():
            try:
                value = field.clean(self[name].sent)
                hook = getattr(type(self), f"clean_{name}", None)
                value = hook(self, value) if hook else value
            except ValidationError as error:
                self.add_error(name, error)
            if name not in self._errors:
                self._data[name] = value
        if self._errors:
            return
        try:
            self.clean()
        except ValidationError as error:
            self.add_error(None, error)

    def clean(self) -> None:
        """Check the fields together, in a subclass: `raise ValidationError` or `add_error`.

        It is called when each of them is right, so all values are in `data`.
        """

    def add_error(self, name: str | None, error: str | ValidationError) -> None:
        """Add messages for the field `name`, or for the form as a whole if it is None.

        They come after what is said already; a form that was not checked yet is checked before. A
        field with an error has no value in `data` any more. May also be called after `is_valid`,
        which is false then. Raises `KeyError` for a name that is no field.
        """
        messages = error.messages if isinstance(error, ValidationError) else [error]
        if name is not None:
            self.data.pop(self[name].name, None)
        self.errors.setdefault(name, []).extend(messages)

    @property
    def enctype(self) -> str:
        """The `enctype` that the form's tag needs: another one if there is a file to send."""
        if any(isinstance(field, FileField) for field in self.fields.values()):
            return "multipart/form-data"
        return "application/x-www-form-urlencoded"

    def csrf_field(self) -> Markup:
        """Return the hidden field `csrf_token`; nothing without a token."""
        token = called(self.csrf_token)
        if not token:
            return Markup()
        return tag("input", {"type": "hidden", "name": "csrf_token", "value": token})

    def summary(self) -> Markup:
        """Return all messages in a box that screen readers read out at once; nothing without any.

        A `div` with the class `errors` and `role="alert"`; in it a `ul` with an `li` for each
        message: first those for the form as a whole, then, field by field, those with the label
        before, `Guests: The most is 12.`, each a link to the field's `first_id`. Of a hidden field
        it is no link: it would lead to what nobody sees.
        """
        if not self.errors:
            return Markup()
        items = [tag("li", {}, message) for message in self.errors.get(None, [])]
        for bound in self:
            for message in bound.errors:
                told: tuple[object, ...] = (bound.label, ": ", message)
                if not bound.is_hidden:
                    told = (tag("a", {"href": f"#{bound.first_id}"}, *told),)
                items.append(tag("li", {}, *told))
        box = {"class": "errors", "role": "alert"}
        return tag("div", box, tag("ul", {}, *items))

    def render(self) -> Markup:
        """Return the whole form but its tag and its button: summary, token, and all fields."""
        return Markup("\n").join([self.summary(), self.csrf_field(), *map(BoundField.render, self)])

    def __html__(self) -> str:
        return self.render()

    def __str__(self) -> str:
        return self.render()
