"""Step 13.3: only what was offered."""

from bistro.form_fields import (
    MESSAGES,
    ChoiceField,
    FileField,
    MultipleChoiceField,
    ValidationError,
)
from bistro.multipart import Upload

WRONG = [MESSAGES["invalid_choice"]]


def messages(field, *values):
    """What a guest is told who sent `values`; nothing if all is well."""
    try:
        field.clean(list(values))
    except ValidationError as error:
        return error.messages
    return []


def upload(name="plan.png", kind="image/png", data=b"\x89PNG"):
    """A file as a guest sends it."""
    file = Upload(name, kind)
    file.write(data)
    return file


def test_a_choice_is_the_value_that_was_declared():
    """A choice gives the value as it was declared, of its own type: no conversion can fail."""
    field = ChoiceField([(1, "Soup"), (2, "Tart"), ("x", "Nothing")])
    assert field.clean(["2"]) == 2
    assert type(field.clean(["2"])) is int
    assert field.clean(["x"]) == "x"
    assert ChoiceField([(True, "Yes"), (False, "No")]).clean(["False"]) is False


def test_choices_that_are_their_own_labels():
    """Values alone are what is sent and what the guest reads."""
    assert ChoiceField(["18:00", "19:30"]).clean(["19:30"]) == "19:30"


def test_what_is_not_offered():
    """What is not offered is refused, code `invalid_choice`: a guest can send anything."""
    field = ChoiceField([(1, "Soup"), (2, "Tart")])
    assert messages(field, "1") == []
    for text in ("3", "Soup", "1 ", "01", "\uff11", "1.0", "None", "__class__", "<script>"):
        assert messages(field, text) == WRONG
    assert messages(ChoiceField(["Soup"]), "soup") == WRONG


def test_choices_that_change():
    """`choices` may be a function, which is asked each time."""
    free = ["18:00"]
    field = ChoiceField(lambda: free)
    assert messages(field, "19:30") == WRONG
    free.append("19:30")
    assert field.clean(["19:30"]) == "19:30"


def test_the_guests_text_is_in_no_message():
    """A message never repeats what the guest sent."""
    for field in (ChoiceField(["a"]), MultipleChoiceField(["a"])):
        told = messages(field, "<script>alert(1)</script>")
        assert told == WRONG


def test_several_choices():
    """Several choices are a list, in the order in which they are offered, each once."""
    field = MultipleChoiceField([(3, "Window"), (20, "High chair"), (1, "Garden")])
    assert field.clean(["1", "20", "3", "1"]) == [3, 20, 1]
    assert field.clean(["1", "3"]) == [3, 1]
    assert field.clean(["20"]) == [20]


def test_one_that_is_not_offered_spoils_all():
    """If one of several is not offered, all are refused."""
    field = MultipleChoiceField([(1, "Window"), (2, "Garden")], required=False)
    assert messages(field, "1", "3") == WRONG
    for text in ("", "Window", "1 ", " 1", "01"):
        assert messages(field, text) == WRONG


def test_none_of_several():
    """None is an empty list, or if it is required an error, code `required`."""
    assert MultipleChoiceField(["a"], required=False).clean([]) == []
    assert messages(MultipleChoiceField(["a"])) == [MESSAGES["required"]]
    assert messages(MultipleChoiceField(["a"]), "a") == []


def test_very_many_choices():
    """Tens of thousands of values are checked as fast as they were read."""
    field = MultipleChoiceField([(number, "x") for number in range(20_000)])
    assert len(field.clean([str(number) for number in range(20_000)] * 2)) == 20_000


def test_validators_of_choices():
    """Validators get the list of values, and are called for none, too."""
    seen = []
    field = MultipleChoiceField([(1, "a"), (2, "b")], required=False, validators=[seen.append])
    field.clean(["2", "1"])
    field.clean([])
    assert seen == [[1, 2], []]


def test_a_file():
    """A file that keeps the rules is the value; of several the first."""
    first, second = upload(), upload("b.png")
    assert FileField().clean([first, second]) is first


def test_no_file():
    """No file is None, or if it is required an error, code `required`."""
    assert FileField(required=False).clean([]) is None
    assert messages(FileField()) == [MESSAGES["required"]]


def test_the_size_of_a_file():
    """A file has at most `max_size` bytes, and at least one."""
    field = FileField(max_size=4)
    assert messages(field, upload(data=b"1234")) == []
    assert messages(field, upload(data=b"12345")) == ["A file has at most 4 bytes here."]
    assert messages(field, upload(data=b"1")) == []
    assert messages(field, upload(data=b"")) == [MESSAGES["empty"]]


def test_the_end_of_a_files_name():
    """A file's name ends in one of `extensions`, in any case: there, and not in the middle."""
    field = FileField(extensions=[".png", ".JPG"])
    for name in ("plan.png", "PLAN.PNG", "a.b.jpg", "plan.Jpg"):
        assert messages(field, upload(name)) == []
    for name in ("plan.gif", "plan.png.exe", "plan.png ", "png", "planpng"):
        assert messages(field, upload(name)) == ["The file's name has to end in .png, .jpg."]


def test_the_type_of_a_file():
    """What the browser calls a file is one of `content_types`, not counting parameters and case."""
    field = FileField(content_types=["image/png", "image/jpeg"])
    for kind in ("image/png", "IMAGE/JPEG", "image/png; charset=binary", "image/png ;x=y"):
        assert messages(field, upload(kind=kind)) == []
    for kind in ("text/html", "image/pngx", "x; image/png", "image", ""):
        assert messages(field, upload(kind=kind)) == [MESSAGES["invalid_type"]]
    assert messages(FileField(content_types=["Image/PNG"]), upload(kind="image/png")) == []


def test_the_length_of_a_files_name():
    """A file's name has at most 255 characters."""
    assert messages(FileField(), upload("x" * 251 + ".png")) == []
    assert messages(FileField(), upload("x" * 252 + ".png")) == [MESSAGES["filename"]]


def test_one_message_about_a_file():
    """One thing is said about a file, the first that is wrong, by the order of the contract."""
    field = FileField(max_size=1, extensions=[".png"], content_types=["image/png"])
    assert messages(field, upload("x" * 300, "text/html", b"")) == [MESSAGES["filename"]]
    assert messages(field, upload("a.gif", "text/html", b"")) == [
        "The file's name has to end in .png."
    ]
    assert messages(field, upload("a.png", "text/html", b"")) == [MESSAGES["invalid_type"]]
    assert messages(field, upload("a.png", "text/html", b"12")) == [MESSAGES["invalid_type"]]
    assert messages(field, upload("a.gif")) == ["The file's name has to end in .png."]
    assert messages(field, upload()) == ["A file has at most 1 bytes here."]


def test_validators_of_files():
    """Validators get the upload; without a file there is nothing to look at."""
    seen = []
    field = FileField(required=False, validators=[seen.append])
    assert field.clean([]) is None
    file = upload()
    field.clean([file])
    assert seen == [file]
