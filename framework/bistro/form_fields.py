"""The fields of a form: what is asked for, and how text becomes values of Python.

Text is looked at before it is converted, and what can't be converted is a `ValidationError`. The
spellings are Django's, and WTForms' where Django has none. Builds on multidict.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from bistro.forms import Form
    from bistro.multidict import MultiDict
    from bistro.multipart import Upload

    Validator = Callable[[Any], object]
    Choices = Iterable[Any] | Callable[[], Iterable[Any]]

MAX_LINE = 1_000
"""Characters of a value in one line, unless its field says another `max_length`."""
MAX_TEXT = 10_000
"""Characters of a `TextField`'s value, unless the field says another `max_length`."""
MAX_FILE = 5_000_000
"""Bytes of a file, unless its field says another `max_size`."""
MAX_FILENAME = 255
"""Characters of a file's name; what most file systems take."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What is in no text: controls but tab and line ends, and halves of surrogate pairs."""
LINE_END = re.compile("[\r\n]")
WHOLE = re.compile(r"(-?[0-9]{1,19})(?:\.0+)?")  # browsers take 4.0 for a whole number
NUMBER = re.compile(  # HTML section 2.3.4.3; the exponent has no more than two digits
    r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # HTML section 2.3.5.2
TIME = re.compile(  # HTML section 2.3.5.4
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,3})?)?"
)
DATE_TIME = re.compile(rf"{DATE.pattern}[T ]{TIME.pattern}")  # HTML section 2.3.5.5
LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
EMAIL = re.compile(  # HTML section 4.10.5.1.5, so that the browser and we take the same
    rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{LABEL}(?:\.{LABEL})*"
)
URL = re.compile(  # no other scheme, because of javascript:, and no user before the host
    r"https?://(?:[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][^\s\\<>\"]*)?",
    re.IGNORECASE,
)

MESSAGES = {
    "required": "This field is required.",
    "invalid": "This can't be used.",
    "max_length": "Use at most {limit} characters.",
    "min_length": "Use at least {limit} characters.",
    "control": "There is a character in it that can't be used.",
    "min_value": "The least is {limit}.",
    "max_value": "The most is {limit}.",
    "max_digits": "Use at most {limit} digits.",
    "max_decimal_places": "Use at most {limit} digits after the point.",
    "invalid_choice": "Choose one of those that are offered.",
    "max_size": "A file has at most {limit} bytes here.",
    "empty": "The file is empty.",
    "invalid_extension": "The file's name has to end in {limit}.",
    "invalid_type": "A file of that kind is not taken.",
    "filename": "The file's name is too long.",
}
"""What a guest is told, by code. A field's `error_messages` and `invalid` go before these."""


class ValidationError(BistroError, ValueError):
    """What is wrong with a value, in `messages` for the guest.

    A message is text, which is escaped where it is shown, or `Markup`.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = list(messages)


class Field:
    """What a form asks for: how it is shown, read and checked. A description, not a value.

    - `required`: whether nothing is a mistake;
    - `label`, by default from the field's name; `help_text`: shown below the field;
    - `initial`: a value, or a function without arguments that returns one, to begin with;
    - `validators`: functions that are called with the value, and raise `ValidationError`;
    - `error_messages`: by their codes in `MESSAGES`;
    - `autocomplete`: what the browser may fill in, HTML section 4.10.18.7.1;
    - `widget`: one of `widgets`, by default the first; `attrs`: more attributes for its HTML.

    One object serves all forms of a class, so it can't be changed any more once it is declared. A
    subclass mostly sets `input_type` and `invalid`, and writes `to_python`.
    """

    widgets: tuple[str, ...] = ("input", "hidden")
    input_type = "text"
    invalid: str | None = None
    max_length = MAX_LINE
    strip = True
    one_line = True
    shows_value = True
    autocomplete: str | None = None
    empty: Any = None
    name = ""

    def __init__(
        self,
        *,
        required: bool = True,
        label: str | None = None,
        help_text: str = "",
        initial: Any = None,
        validators: Sequence[Validator] = (),
        error_messages: Mapping[str, str] | None = None,
        autocomplete: str | None = None,
        widget: str | None = None,
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        self.required = required
        self.label = label
        self.help_text = help_text
        self.initial = initial
        self.validators = tuple(validators)
        self.error_messages = MappingProxyType(dict(error_messages or {}))
        self.autocomplete = autocomplete or self.autocomplete
        self.widget = widget or self.widgets[0]
        self.attrs = MappingProxyType(dict(attrs or {}))
        if self.widget not in self.widgets:
            raise ValueError(f"{widget!r} shows no {type(self).__name__}; {self.widgets} do")

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the name that a class declares the field under. From now on it can't be changed."""
        if not self.name:
            self.name = name

    def __setattr__(self, name: str, value: object) -> None:
        if self.name:
            raise AttributeError(f"{name}: the field {self.name!r} is shared by all guests")
        super().__setattr__(name, value)

    def __get__(self, form: Form | None, owner: type | None = None) -> Any:
        """Return the field of a form, a `BoundField`; on the class, where that is None, `self`."""
        return self if form is None else form[self.name]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def error(self, code: str, limit: object = "") -> ValidationError:
        """Return the error with the message for `code`, in which `limit` stands for `{limit}`."""
        message = self.error_messages.get(code)
        if message is None:
            message = (self.invalid if code == "invalid" else None) or MESSAGES[code]
        return ValidationError(message.replace("{limit}", str(limit)))

    def values_from(
        self, data: MultiDict[Any], files: MultiDict[Upload], name: str
    ) -> Sequence[Any]:
        """Return what was sent under `name`, as text; what JSON has besides is written as text.

        Nothing stands for a value that is no text and can't be one: `None`, a list, a dict.
        """
        values = []
        for value in data.getlist(name):
            if not isinstance(value, (str, bytes, list, tuple, dict, type(None))):
                value = self.format(value)
            if isinstance(value, str):
                values.append(value)
        return values

    def read_text(self, text: str) -> str:
        """Return what was typed, ready to be looked at: checked before anything is made of it.

        In this order: where several lines are allowed (`one_line` is false), CR LF and CR become
        LF, as the browser counts; if `strip`, white space around it goes; it has at most
        `max_length` characters, code `max_length`; and no `CONTROLS` and, in one line, no
        `LINE_END`, code `control`. Nothing else is changed: no case, no Unicode normalisation.
        """
        if not self.one_line:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.strip:
            text = text.strip()
        if len(text) > self.max_length:
            raise self.error("max_length", self.max_length)
        if CONTROLS.search(text) or (self.one_line and LINE_END.search(text)):
            raise self.error("control")
        return text

    def clean(self, values: Sequence[Any]) -> Any:
        """Return the value of what was sent; `values` are the texts, of which the first counts.

        The text, `""` if there is none, goes through `read_text`. Nothing left is `empty`, and if
        `required` an error, code `required`. Otherwise the value is made by `to_python`, and given
        to `validate` and then to each of the validators.

        Raises `ValidationError`: what `read_text`, `to_python` or `validate` raises, or else one
        with the messages of all validators that raised, in their order.
        """
        text = self.read_text(values[0] if values else "")
        if not text:
            if self.required:
                raise self.error("required")
            return self.empty
        value = self.to_python(text)
        self.validate(value)
        self.run_validators(value)
        return value

    def to_python(self, text: str) -> Any:
        """Return the value that `text`, which is not empty, means; raises `ValidationError`."""
        return text

    def validate(self, value: Any) -> None:
        """Check the value by the field's own rules; raises `ValidationError`."""

    def run_validators(self, value: Any) -> None:
        """Call all validators with `value`; raises one `ValidationError` with all messages.

        What a validator returns is not used. An error of another kind is not caught.
        """
        messages = []
        for validator in self.validators:
            try:
                validator(value)
            except ValidationError as error:
                messages += error.messages
        if messages:
            raise ValidationError(*messages)

    def format(self, value: Any) -> str:
        """Return a value as the text that stands for it in the form."""
        return str(value)

    def attributes(self) -> dict[str, Any]:
        """Return the attributes by which a browser checks the same as we do."""
        return {"required": self.required, "autocomplete": self.autocomplete}


class CharField(Field):
    """Text in one line, `str`; `""` if nothing was typed.

    `max_length` and `min_length` are in characters, by default 1,000 and 0; `pattern` is a regular
    expression for the whole text, which browsers know, too, code `invalid`; `strip` is whether
    white space around it goes.
    """

    empty = ""

    def __init__(
        self,
        *,
        max_length: int | None = None,
        min_length: int = 0,
        pattern: str | None = None,
        strip: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.max_length = max_length or self.max_length
        self.min_length = min_length
        self.pattern = re.compile(pattern) if pattern else None
        self.strip = self.strip if strip is None else strip

    def validate(self, value: Any) -> None:
        """Check `min_length`, code `min_length`, then `pattern`, code `invalid`."""
        if len(value) < self.min_length:
            raise self.error("min_length", self.min_length)
        if self.pattern and not self.pattern.fullmatch(value):
            raise self.error("invalid")

    def attributes(self) -> dict[str, Any]:
        return {
            **super().attributes(),
            "maxlength": self.max_length,
            "minlength": self.min_length or None,
            "pattern": self.pattern.pattern if self.pattern else None,
        }


class TextField(CharField):
    """Text in several lines, up to 10,000 characters; a line's end is one character, `\\n`."""

    widgets = ("textarea",)
    max_length = MAX_TEXT
    one_line = False


class PasswordField(CharField):
    """Text that is not shown, and never sent back: the guest types it again."""

    input_type = "password"
    strip = False
    shows_value = False


class HiddenField(CharField):
    """Text that comes back as it was sent, unless the guest changes it, which they can."""

    widgets = ("hidden",)


class EmailField(CharField):
    """An address for mail, `str`, as browsers check it; whether it is somebody's, only mail tells.

    Source: HTML section 4.10.5.1.5; the limit of 254 characters is RFC 5321 section 4.5.3.1.3.
    """

    input_type = "email"
    invalid = "Enter an address such as ada@bistro.example."
    max_length = 254
    autocomplete = "email"

    def to_python(self, text: str) -> Any:
        if not EMAIL.fullmatch(text):
            raise self.error("invalid")
        return text


class URLField(CharField):
    """An address of the web, `str`: with `http` or `https` and a host, so a link to it is safe."""

    input_type = "url"
    invalid = "Enter an address such as https://bistro.example/."
    autocomplete = "url"

    def to_python(self, text: str) -> Any:
        if not URL.fullmatch(text):
            raise self.error("invalid")
        return text


class OrderedField(Field):
    """A value that has a least and a most: the base of numbers, dates and times.

    `min_value` and `max_value` are values, or functions without arguments that return one, such as
    `date.today`; they are among what is allowed. None is no bound.
    """

    max_length = 100

    def __init__(self, *, min_value: Any = None, max_value: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.min_value = min_value
        self.max_value = max_value

    def validate(self, value: Any) -> None:
        """Check the bounds, codes `min_value` and `max_value`; the limit is told as by `format`."""
        low, high = called(self.min_value), called(self.max_value)
        if low is not None and value < low:
            raise self.error("min_value", self.format(low))
        if high is not None and value > high:
            raise self.error("max_value", self.format(high))

    def attributes(self) -> dict[str, Any]:
        bounds = {"min": called(self.min_value), "max": called(self.max_value)}
        texts = {key: self.format(bound) for key, bound in bounds.items() if bound is not None}
        return {**super().attributes(), **texts}


class IntegerField(OrderedField):
    """A whole number, `int`, of 64 bits, as databases have it."""

    input_type = "number"
    invalid = "Enter a whole number."

    def to_python(self, text: str) -> Any:
        """Return the number that `text` is by `WHOLE`, in its first group; else code `invalid`.

        So it is if the number has more than 64 bits, sign included.
        """
        match = WHOLE.fullmatch(text)
        if not match or not -(2**63) <= int(match[1]) < 2**63:
            raise self.error("invalid")
        return int(match[1])


class FloatField(OrderedField):
    """A number with a point, `float`; never an infinity, never NaN."""

    input_type = "number"
    invalid = "Enter a number."

    def to_python(self, text: str) -> Any:
        if not NUMBER.fullmatch(text):
            raise self.error("invalid")
        return float(text)

    def attributes(self) -> dict[str, Any]:
        return {**super().attributes(), "step": "any"}


class DecimalField(OrderedField):
    """An exact number, `decimal.Decimal`, such as a price.

    `max_digits` counts all digits, `decimal_places` those after the point. Zeros at either end
    don't count.
    """

    input_type = "number"
    invalid = "Enter a number."

    def __init__(
        self,
        *,
        max_digits: int | None = None,
        decimal_places: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.max_digits = max_digits
        self.decimal_places = decimal_places

    def to_python(self, text: str) -> Any:
        """Return the number that `text` is by `NUMBER`; else the code is `invalid`."""
        from decimal import Decimal

        if not NUMBER.fullmatch(text):
            raise self.error("invalid")
        return Decimal(text)

    def validate(self, value: Any) -> None:
        """Check the bounds and the digits.

        The codes are `max_decimal_places` and then `max_digits`; if both are limited, there may be
        `max_digits - decimal_places` digits before the point.
        """
        super().validate(value)
        whole, _, places = f"{value.copy_abs():f}".partition(".")
        whole, places = whole.lstrip("0"), places.rstrip("0")
        if self.decimal_places is not None and len(places) > self.decimal_places:
            raise self.error("max_decimal_places", self.decimal_places)
        behind = len(places) if self.decimal_places is None else self.decimal_places
        if self.max_digits is not None and len(whole) + behind > self.max_digits:
            raise self.error("max_digits", self.max_digits)

    def format(self, value: Any) -> str:
        return f"{value:f}" if hasattr(value, "as_tuple") else str(value)

    def attributes(self) -> dict[str, Any]:
        places = self.decimal_places
        step = "any" if places is None else f"{10**-places:.{places}f}"
        return {**super().attributes(), "step": step}


class DateField(OrderedField):
    """A day, `datetime.date`, sent as `2030-12-31`, whatever the browser shows."""

    input_type = "date"
    invalid = "Enter a date such as 2030-12-31."

    def to_python(self, text: str) -> Any:
        """Return the day that `text` is by `DATE`, if there is such a day; else `invalid`."""
        from datetime import date

        return self.parse(DATE, date.fromisoformat, text)

    def parse(self, pattern: re.Pattern[str], parser: Callable[[str], Any], text: str) -> Any:
        """Return what `parser` makes of a text that `pattern` matches as a whole.

        Raises `ValidationError`, code `invalid`, for another text, and where `parser` raises
        `ValueError`.
        """
        if not pattern.fullmatch(text):
            raise self.error("invalid")
        try:
            return parser(text)
        except ValueError:  # 31 February, or the year 0
            raise self.error("invalid") from None

    def format(self, value: Any) -> str:
        return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


class TimeField(DateField):
    """A time of day, `datetime.time`, sent as `18:30` or `18:30:15`."""

    input_type = "time"
    invalid = "Enter a time such as 18:30."

    def to_python(self, text: str) -> Any:
        """Return the time that `text` is by `TIME`; else the code is `invalid`."""
        from datetime import time

        return self.parse(TIME, time.fromisoformat, text)

    def format(self, value: Any) -> str:
        if not hasattr(value, "isoformat"):
            return str(value)
        exact: str = value.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return exact.removesuffix(".000").removesuffix(":00")


class DateTimeField(TimeField):
    """A day and time without a zone, `datetime.datetime`, sent as `2030-12-31T18:30`."""

    input_type = "datetime-local"
    invalid = "Enter a date and time such as 2030-12-31T18:30."

    def to_python(self, text: str) -> Any:
        """Return the time that `text` is by `DATE_TIME`, if there is one; else `invalid`."""
        from datetime import datetime

        return self.parse(DATE_TIME, datetime.fromisoformat, text)


class BooleanField(Field):
    """Yes or no, `bool`: a check box. If `required`, it has to be checked."""

    widgets = ("checkbox",)

    def clean(self, values: Sequence[Any]) -> Any:
        """Return whether the box is checked: the first text is none of `""`, `"0"`, `"false"`.

        The case does not matter; a box that is not checked is not sent. Raises `ValidationError`,
        code `required`, if it has to be, and as `run_validators` does.
        """
        value = is_true(values)
        if self.required and not value:
            raise self.error("required")
        self.run_validators(value)
        return value

    def format(self, value: Any) -> str:
        return "on" if value else ""


class ChoiceField(Field):
    """One of the values that are offered, as it was declared: `(1, "Soup")` gives the int 1.

    `choices` are pairs of a value and what the guest reads, or values that are both; or a function
    without arguments that returns these. `widget` is `"select"` or `"radio"`; `empty_label` is what
    a select offers for nothing.
    """

    widgets = ("select", "radio")
    strip = False

    def __init__(
        self, choices: Choices = (), *, empty_label: str = "Choose one", **options: Any
    ) -> None:
        super().__init__(**options)
        self.choices = choices if callable(choices) else tuple(choices)
        self.empty_label = empty_label

    def offered(self) -> dict[str, tuple[Any, str]]:
        """Return the values with what the guest reads, by the texts that stand for them."""
        pairs = [
            choice if isinstance(choice, (tuple, list)) else (choice, str(choice))
            for choice in called(self.choices)
        ]
        return {self.format(value): (value, label) for value, label in pairs}

    def to_python(self, text: str) -> Any:
        """Return the offered value that `text` stands for; else the code is `invalid_choice`."""
        offered = self.offered()
        if text not in offered:
            raise self.error("invalid_choice")
        return offered[text][0]


class MultipleChoiceField(ChoiceField):
    """Some of the values that are offered, a list. `widget` is `"checkboxes"` or `"select"`."""

    widgets = ("checkboxes", "select")

    def clean(self, values: Sequence[Any]) -> Any:
        """Return the offered values that `values` stand for: each once, in the order of `choices`.

        Raises `ValidationError`: code `invalid_choice` if one of `values` is not offered;
        `required` for none, if there has to be one; and as `run_validators` does, which gets the
        list, an empty one, too.
        """
        offered = self.offered()
        sent = set(values)
        if not sent <= offered.keys():
            raise self.error("invalid_choice")
        if self.required and not sent:
            raise self.error("required")
        chosen = [value for text, (value, _) in offered.items() if text in sent]
        self.run_validators(chosen)
        return chosen


class FileField(Field):
    """A file, `Upload`, or None: at most `max_size` bytes, and not empty.

    `extensions`, such as `(".png", ".jpg")`, are what its name may end in, in any case;
    `content_types`, such as `("image/png",)`, what the guest's browser may call it. Both are
    claims: what the file is, only its bytes say. Look at them in the form's `clean_<name>`.
    """

    widgets = ("input",)
    input_type = "file"
    shows_value = False

    def __init__(
        self,
        *,
        max_size: int = MAX_FILE,
        extensions: Sequence[str] = (),
        content_types: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.max_size = max_size
        self.extensions = tuple(extension.lower() for extension in extensions)
        self.content_types = tuple(content_type.lower() for content_type in content_types)

    def values_from(
        self, data: MultiDict[Any], files: MultiDict[Upload], name: str
    ) -> Sequence[Any]:
        """Return the uploads under `name` for which a file was chosen."""
        return [upload for upload in files.getlist(name) if upload]

    def clean(self, values: Sequence[Any]) -> Any:
        """Return the first of the uploads; None for none, which no validator sees.

        Raises `ValidationError`, by the first of these codes that is true: `required` for none, if
        there has to be one; `filename` for a name of more than 255 characters; `invalid_extension`,
        whose limit are the extensions with `", "` between; `invalid_type`, not looking at the
        type's parameters, case and white space; `empty` for 0 bytes; `max_size`. Also as
        `run_validators` does.
        """
        if not values:
            if self.required:
                raise self.error("required")
            return None
        upload = values[0]
        if len(upload.filename) > MAX_FILENAME:
            raise self.error("filename")
        if self.extensions and not upload.filename.lower().endswith(self.extensions):
            raise self.error("invalid_extension", ", ".join(self.extensions))
        kind = upload.content_type.partition(";")[0].strip().lower()
        if self.content_types and kind not in self.content_types:
            raise self.error("invalid_type")
        if not upload.size:
            raise self.error("empty")
        if upload.size > self.max_size:
            raise self.error("max_size", self.max_size)
        self.run_validators(upload)
        return upload

    def attributes(self) -> dict[str, Any]:
        accept = ",".join(self.extensions + self.content_types)
        return {**super().attributes(), "accept": accept or None}


def called(value: Any) -> Any:
    """Return a value, or what it returns if it is a function."""
    return value() if callable(value) else value


def is_true(texts: Sequence[str]) -> bool:
    """Return whether a check box that sent `texts` is checked."""
    return bool(texts) and texts[0].lower() not in ("", "0", "false")
