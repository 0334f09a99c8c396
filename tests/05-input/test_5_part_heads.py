"""Step 5.5: what the head of a part says."""

import time

import pytest

from bistro.http import ProtocolError
from bistro.multipart import last_component, parse_disposition, parse_part_head


def status_of(value):
    with pytest.raises(ProtocolError) as caught:
        parse_disposition(value)
    return caught.value.status


def test_a_field():
    """A field has a name and no file name."""
    assert parse_disposition('form-data; name="dish"') == ("dish", None)


def test_a_file():
    """A file has a name and a file name, in either order."""
    assert parse_disposition('form-data; name="photo"; filename="soup.jpg"') == (
        "photo",
        "soup.jpg",
    )
    assert parse_disposition('form-data; filename="soup.jpg"; name="photo"') == (
        "photo",
        "soup.jpg",
    )


def test_empty_names():
    """Empty is not missing: a file input without a chosen file sends an empty file name."""
    assert parse_disposition('form-data; name=""; filename=""') == ("", "")
    assert parse_disposition('form-data; name=""') == ("", None)


def test_tokens_case_and_white_space():
    """Values may be tokens, words come in any case, and spaces and tabs stand around `;`."""
    assert parse_disposition("form-data;name=dish;filename=a.txt") == ("dish", "a.txt")
    assert parse_disposition('FORM-Data \t;\t NAME="dish" ; FileName=A.txt \t') == ("dish", "A.txt")
    assert parse_disposition('form-data; name="Dish"') == ("Dish", None)


def test_what_quotes_hold():
    """Between quotes separators, spaces, accents, and backslashes but before `"`, stay."""
    assert parse_disposition('form-data; name="a; filename=b"') == ("a; filename=b", None)
    assert parse_disposition('form-data; name=" dîner=7; "; filename="C:\\a\\b.txt"') == (
        " dîner=7; ",
        "C:\\a\\b.txt",
    )
    assert parse_disposition('form-data; name="\\a\\\\b\\;\\ "') == ("\\a\\\\b\\;\\ ", None)


def test_what_browsers_escape():
    """Browsers write a quote as `%22`, CR and LF as `%0D` and `%0A`; nothing else is escaped."""
    assert parse_disposition('form-data; name="a%22b%0D%0Ac"; filename="%22.txt"') == (
        'a"b\r\nc',
        '".txt',
    )
    assert parse_disposition('form-data; name="100%25 %41"') == ("100%25 %41", None)
    assert parse_disposition("form-data; name=a%22b") == ("a%22b", None)
    assert parse_disposition('form-data; name="a\\%22; x=y"') == ('a\\"; x=y', None)


def test_what_older_curl_escapes():
    r"""`\"` within quotes is a quote."""
    assert parse_disposition('form-data; name="p"; filename="a \\"b\\".png"') == ("p", 'a "b".png')
    assert parse_disposition('form-data; name="\\"\\"" ; x=y') == ('""', None)
    assert parse_disposition('form-data; name="C:\\\\a\\"b"; filename=c') == ('C:\\\\a"b', "c")


def test_other_parameters():
    """Other parameters are ignored, `filename*` too, which forms must not use."""
    assert parse_disposition("form-data; x=y; name=a; filename*=UTF-8''evil.txt") == ("a", None)
    assert parse_disposition("form-data; name=a; filename=b; filename*=UTF-8''c") == ("a", "b")


def test_not_form_data():
    """Another disposition is 400, and so is none."""
    for value in [
        'attachment; name="a"',
        '; name="a"',
        "",
        'form-data2; name="a"',
        '\x0bform-data; name="a"',
        'form-data\xa0; name="a"',
    ]:
        assert status_of(value) == 400


def test_no_name():
    """A part without a name is 400."""
    for value in ["form-data", "form-data;filename=a", "form-data; names=a", "form-data; xname=a"]:
        assert status_of(value) == 400


def test_said_twice():
    """A parameter that comes twice is 400: readers would disagree on which one counts."""
    for value in [
        "name=a; name=a",
        "name=a; NAME=b",
        "name=a; filename=b; filename=c",
        "name=a; x=y; X=z",
    ]:
        assert status_of(f"form-data; {value}") == 400


def test_broken_parameters():
    """What is not a parameter is 400: nothing is skipped, and nothing is guessed."""
    for value in [
        "name",
        "name=",
        'name="a',
        'name=a"',
        "name=a b",
        'name="a"b',
        "name='a b'",
        "name =a",
        "name= a",
        "name=a;",
        "name=a;;",
        'name=a; "x"',
        "=a; name=b",
        "name=é",
    ]:
        assert status_of(f"form-data; {value}") == 400


def test_a_backslash_at_the_end():
    r"""Where some end a value at `\"` and others read on, and find another file name, it is 400."""
    for value in [
        'name="a\\"',
        'name="a\\" \t',
        'name=a; filename="\\"',
        'name="a\\"; filename="b"',
        'name="a\\" ;x"; filename="b"',
        'name="a\\"; filename="; x=y',
        'name="a\\\\"',
        'name="a\\\\"b"',
        'name="a\\\\\\"b"',
        'name="a\\\\"; filename="; x=y"',
        'name=a; filename="a\\"b',
    ]:
        assert status_of(f"form-data; {value}") == 400


def test_the_last_component():
    r"""A file name is what follows its last `/` or `\`, whatever system the guest uses."""
    for sent, name in [
        ("soup.jpg", "soup.jpg"),
        ("C:\\Photos\\soup.jpg", "soup.jpg"),
        ("/home/ada/soup.jpg", "soup.jpg"),
        ("a/b\\c.jpg", "c.jpg"),
        ("a\\b/c.jpg", "c.jpg"),
        ("crème brûlée.jpg", "crème brûlée.jpg"),
        ("...", "..."),
        (".profile", ".profile"),
        (" a b .jpg ", " a b .jpg "),
        ("", ""),
    ]:
        assert last_component(sent) == name


def test_a_way_out():
    """Nothing that is left of a file name leads to another folder."""
    for sent, name in [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", ""),
        (".", ""),
        ("a/..", ""),
        ("a\\.", ""),
        ("photos/", ""),
        ("//", ""),
        (".\x00.", ""),
        ("..\n", ""),
        (".\u200b.", ""),
    ]:
        assert last_component(sent) == name


def test_characters_that_cannot_be_printed():
    """NUL, controls and marks that turn the direction of writing are dropped from a file name."""
    assert last_component("soup.php\0.jpg") == "soup.php.jpg"
    assert last_component("a\r\nb\x7f\x1b[31m.jpg") == "ab[31m.jpg"
    assert last_component("soup\u202egpj.exe") == "soupgpj.exe"


def test_the_whole_head():
    """The head of a part gives its name, its reduced file name and its type."""
    part = parse_part_head(
        [
            'content-disposition:form-data; name="photo"; filename="../crème.jpg"'.encode(),
            b"Content-Type:\t image/jpeg ",
        ]
    )
    assert (part.name, part.filename) == ("photo", "crème.jpg")
    assert part.content_type == part.headers["content-type"] == "image/jpeg"
    assert parse_part_head([b"Content-Disposition: form-data; name=a"]).content_type == "text/plain"


def test_time_is_linear():
    """Long and nasty values are refused or read in a moment."""
    start = time.perf_counter()
    assert len(last_component("/" * 100_000 + "x" * 100_000)) == 100_000
    for value in [
        "; " * 50_000,
        '; name="' + "\\" * 100_000,
        "; name=" + " " * 100_000,
        '; name="' + '\\" ' * 50_000,
    ]:
        assert status_of("form-data" + value) == 400
    many = "".join(f"; p{number}=x" for number in range(10_000))
    assert parse_disposition(f"form-data{many}; name=a") == ("a", None)
    assert time.perf_counter() - start < 2
