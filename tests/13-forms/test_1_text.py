"""Step 13.1: look before you convert."""

import pytest

from bistro.form_fields import MESSAGES, CharField, Field, PasswordField, TextField, ValidationError


def messages(field, *texts):
    """What a guest is told who sent `texts`; nothing if all is well."""
    try:
        field.clean(list(texts))
    except ValidationError as error:
        return error.messages
    return []


class Counted(Field):
    """A field that remembers what reached its conversion."""

    def __init__(self, **options):
        self.reached = []
        super().__init__(**options)

    def to_python(self, text):
        self.reached.append(text)
        return len(text)


def test_text_is_the_value():
    """Text that keeps the rules is the value of a text field."""
    assert CharField().clean(["Ada"]) == "Ada"


def test_the_first_counts():
    """Of several texts the first counts, and no other is looked at."""
    assert CharField(max_length=3).clean(["Ada", "Barbara\0"]) == "Ada"
    assert messages(CharField(max_length=3), "Barbara", "Ada") != []
    assert messages(CharField(), "", "Ada") == [MESSAGES["required"]]


def test_white_space_around_goes():
    """White space around the text goes, unless the field says `strip=False`."""
    assert CharField().clean([" \tAda  Lovelace\r\n\u3000"]) == "Ada  Lovelace"
    assert CharField(strip=False).clean([" Ada "]) == " Ada "
    assert PasswordField().clean(["  a b  "]) == "  a b  "


def test_nothing():
    """Nothing is the field's `empty`: `""` for text, None elsewhere."""
    for sent in ([], [""], ["  "], ["\t\r\n"]):
        assert CharField(required=False).clean(sent) == ""
        assert Field(required=False).clean(sent) is None


def test_nothing_where_something_is_required():
    """Nothing in a required field is an error, code `required`; so is nothing but white space."""
    for sent in ([], [""], ["  "]):
        assert messages(CharField(), *sent) == [MESSAGES["required"]]
    assert messages(PasswordField(), "") == [MESSAGES["required"]]
    assert messages(PasswordField(), " ") == []


def test_what_is_nothing_is_not_converted():
    """Nothing is not given to `to_python`, nor to `validate` or a validator."""
    seen = []
    field = Counted(required=False, validators=[seen.append])
    assert field.clean([""]) is None
    assert (field.reached, seen) == ([], [])


def test_at_most_so_long():
    """Text has at most `max_length` characters, without the white space that goes."""
    field = CharField(max_length=5)
    assert field.clean([" Marie "]) == "Marie"
    assert messages(field, "Martha") == ["Use at most 5 characters."]
    assert messages(field, "éèêëà") == []
    assert messages(CharField(max_length=5, strip=False), " Marie") != []


def test_every_line_has_a_limit():
    """A field that says no `max_length` has one all the same: 1,000 characters, for text 10,000."""
    assert messages(CharField(), "x" * 1_000) == []
    assert messages(CharField(), "x" * 1_001) == ["Use at most 1000 characters."]
    assert messages(TextField(), "x" * 10_000) == []
    assert messages(TextField(), "x" * 10_001) == ["Use at most 10000 characters."]


def test_what_is_too_long_is_not_converted():
    """What is too long never reaches `to_python`, whatever that would cost."""
    field = Counted()
    assert messages(field, "9" * 1_000_000) == ["Use at most 1000 characters."]
    assert field.reached == []
    assert field.clean([" 999 "]) == 3
    assert field.reached == ["999"]


def test_controls_are_refused():
    """A control or half a surrogate pair is refused, code `control`, anywhere in the text."""
    for odd in "\0\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x9f\ud800\udfff":
        for text in (f"A{odd}da", f"A{odd}"):
            if text.strip() == text:
                assert messages(CharField(), text) == [MESSAGES["control"]]
                assert messages(TextField(), text) == [MESSAGES["control"]]
        assert messages(CharField(strip=False), f"{odd}Ada") == [MESSAGES["control"]]
    assert CharField().clean(["A\tda"]) == "A\tda"


def test_one_line():
    """A line's end in a field of one line is refused: it would begin another line in a mail."""
    for text in ("Ada\r\nBcc: all@bistro.example", "Ada\nLovelace", "Ada\rLovelace"):
        assert messages(CharField(), text) == [MESSAGES["control"]]
    assert messages(PasswordField(), "\nsecret") == [MESSAGES["control"]]


def test_several_lines():
    """Where lines may end, each end is one `\\n`, as the browser counts it."""
    field = TextField(max_length=5)
    assert field.clean(["a\r\nb\rc"]) == "a\nb\nc"
    for blank in ("a\r\n\r\nbc", "a\n\nbc", "a\r\rbc", "a\n\rbc"):
        assert field.clean([blank]) == "a\n\nbc"
    assert messages(field, "a\r\nb\r\ncd") == ["Use at most 5 characters."]


def test_the_length_comes_before_the_controls():
    """What is too long is not searched for controls: the message is about its length."""
    assert messages(CharField(max_length=3), "a\0b\0c") == ["Use at most 3 characters."]


def test_nothing_else_is_changed():
    """Case, accents and other letters stay as they were typed: no Unicode normalisation."""
    for text in (
        "e\u0301",
        "\u00e9",
        "ﬁsh",
        "\uff21\uff22",
        "İ",
        "a\u200db",
        "<b>&amp;",
        "1_000",
        "👩\u200d🍳",
    ):
        assert CharField().clean([text]) == text
    assert TextField().clean(["a  b \n\t c"]) == "a  b \n\t c"


def test_all_validators_speak():
    """Each validator is called with the value; the error has the messages of all, in order."""
    seen = []

    def even(value):
        seen.append(value)
        if value % 2:
            raise ValidationError("Odd.", "Very odd.")

    def small(value):
        seen.append(value)
        if value > 4:
            raise ValidationError("Big.")

    field = Counted(validators=[even, small])
    assert field.clean(["1234"]) == 4
    assert seen == [4, 4]
    assert messages(field, "12345") == ["Odd.", "Very odd.", "Big."]
    assert messages(field, "123456") == ["Big."]


def test_validators_come_last():
    """Validators are not called for what the conversion or the field's own rules refuse."""
    seen = []

    class Refusing(Field):
        def to_python(self, text):
            if text == "x":
                raise ValidationError("Not x.")
            return text

        def validate(self, value):
            if value == "y":
                raise ValidationError("Not y.")

    field = Refusing(validators=[seen.append])
    assert messages(field, "x") == ["Not x."]
    assert messages(field, "y") == ["Not y."]
    assert seen == []
    assert field.clean(["z"]) == "z"
    assert seen == ["z"]


def test_what_a_validator_returns():
    """A validator refuses or doesn't; what it returns changes nothing."""
    assert CharField(validators=[str.upper, lambda value: None]).clean(["Ada"]) == "Ada"


def test_mistakes_of_ours_are_not_the_guests():
    """An error of another kind in a validator is not caught: it is a mistake in the program."""
    for mistake in (ZeroDivisionError, ValueError):

        def broken(value, mistake=mistake):
            raise mistake("ours")

        with pytest.raises(mistake, match="ours") as caught:
            CharField(validators=[broken]).clean(["Ada"])
        assert type(caught.value) is mistake


def test_own_messages():
    """A field's `error_messages` are said instead of those of the table."""
    own = {"required": "Who are you?", "max_length": "{limit} letters, please."}
    field = CharField(max_length=3, error_messages=own)
    assert messages(field) == ["Who are you?"]
    assert messages(field, "Barbara") == ["3 letters, please."]
    assert messages(field, "A\0") == [MESSAGES["control"]]
