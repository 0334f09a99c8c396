"""Step 9.4: a part of it."""

import os

import pytest

from bistro.static import MAX_RANGES, range_applies, wanted_ranges

MODIFIED = 784_111_777
MODIFIED_TEXT = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.fixture
def found(opened, folder):
    """A file of ten bytes, as it is sent."""
    os.utime(folder / "menu.txt", (MODIFIED, MODIFIED))
    return opened(str(folder / "menu.txt"))


@pytest.fixture
def ranges(found, asking):
    """`ranges("bytes=0-3")`: what is sent of ten bytes for that Range."""

    def wanted(field, **fields):
        return wanted_ranges(asking(Range=field, **fields), found)

    return wanted


def test_one_range(ranges):
    """A range names the first and the last byte, or one of them; we count from the byte behind."""
    for field, start, end in [
        ("bytes=0-3", 0, 4),
        ("bytes=0-0", 0, 1),
        ("bytes=9-9", 9, 10),
        ("bytes=3-8", 3, 9),
        ("bytes=4-", 4, 10),
        ("bytes=0-", 0, 10),
        ("bytes=9-", 9, 10),
        ("bytes=-4", 6, 10),
        ("bytes=-1", 9, 10),
        ("bytes=-10", 0, 10),
        ("BYTES=00-03", 0, 4),
    ]:
        assert ranges(field) == [(start, end)]


def test_what_reaches_beyond_is_cut(ranges):
    """A range that reaches beyond the file ends where the file ends, or begins where it begins."""
    for field, start in [
        ("bytes=5-10", 5),
        ("bytes=5-999999999999999999", 5),
        ("bytes=-11", 0),
        ("bytes=-999", 0),
    ]:
        assert ranges(field) == [(start, 10)]


def test_none_that_could_be_sent(ranges):
    """Where no range has a byte of the file in it, there is none to send."""
    for field in ["bytes=10-", "bytes=10-12", "bytes=99-", "bytes=-0"]:
        assert ranges(field) == []


def test_several_ranges(ranges):
    """Several ranges come in the client's order; those with nothing in them are left out."""
    assert ranges("bytes=0-1,4-5") == [(0, 2), (4, 6)]
    assert ranges("bytes=-2,0-1") == [(8, 10), (0, 2)]
    assert ranges("bytes=0-1,20-30,-0") == [(0, 2)]
    assert ranges("bytes=20-,30-") == []


def test_spaces_and_empty_elements(ranges):
    """Spaces and tabs around a range do not count, nor do empty elements of the list."""
    assert ranges("bytes=0-1 ,\t4-5") == [(0, 2), (4, 6)]
    assert ranges("bytes= 0-1") == [(0, 2)]
    assert ranges("bytes=,0-1,,") == [(0, 2)]
    assert ranges("bytes=" + "," * MAX_RANGES + "0-1") == [(0, 2)]


def test_no_range(asking, found, ranges):
    """Without a Range the whole file is sent, and so it is for another unit."""
    assert wanted_ranges(asking(), found) is None
    assert ranges("lines=0-3") is None
    assert ranges("bytes2=0-3") is None
    assert ranges("") is None


def test_what_breaks_the_grammar_is_ignored(ranges):
    """A Range that is not one is as if it were not there: the whole file is sent."""
    for field in [
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=3-1",
        "bytes=0-1,3-1",
        "bytes=20-15",
        "bytes=0-1,x",
        "bytes=0--1",
        "bytes=--1",
        "bytes=0-1-2",
        "bytes=+0-3",
        "bytes=0_0-3",
        "bytes=0 -3",
        "bytes=0-3\n",
        "bytes=\u0660-\u0663",
        "bytes:0-3",
        "0-3",
        "bytes=0-9999999999999999999",
    ]:
        assert ranges(field) is None


def test_a_bomb_of_ranges(ranges):
    """More ranges than MAX_RANGES are ignored: each costs a head, and the file is read again."""
    assert ranges("bytes=" + ",".join(["99-"] * MAX_RANGES)) == []
    assert ranges("bytes=" + ",".join(["99-"] * (MAX_RANGES + 1))) is None


def test_ranges_that_are_more_than_the_file(ranges):
    """Several ranges that add up to more than the file are ignored: it is cheaper whole."""
    assert ranges("bytes=0-4,5-9") == [(0, 5), (5, 10)]
    assert ranges("bytes=0-5,5-9") is None
    assert ranges("bytes=0-,0-") is None


def test_an_empty_file_is_sent_whole(opened, folder, asking):
    """An empty file has no part; it is sent as it is."""
    (folder / "empty").write_bytes(b"")
    found = opened(str(folder / "empty"))
    for field in ("bytes=0-", "bytes=-5", "bytes=0-0"):
        assert wanted_ranges(asking(Range=field), found) is None


def test_no_condition(asking, found):
    """Without If-Range a part is what was asked for."""
    assert range_applies(asking(), found) is True


def test_the_tag_has_to_be_the_same(asking, found):
    """With an entity tag in If-Range, a part is sent only if it is the file's."""
    assert range_applies(asking(If_Range=found.etag), found) is True
    assert range_applies(asking(If_Range='"other"'), found) is False
    assert range_applies(asking(If_Range='""'), found) is False
    assert range_applies(asking(If_Range=f'"other", {found.etag}'), found) is False, "no list"


def test_a_weak_tag_is_like_no_other(asking, found):
    """A weak tag promises no bytes, so no part can be put behind what the client has."""
    assert range_applies(asking(If_Range=f"W/{found.etag}"), found) is False


def test_the_second_has_to_be_the_same(asking, found):
    """With a date in If-Range, the file has to be of that second: not of another one."""
    assert range_applies(asking(If_Range=MODIFIED_TEXT), found) is True
    for other in ("Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"):
        assert range_applies(asking(If_Range=other), found) is False


def test_what_is_neither_tag_nor_date(asking, found):
    """An If-Range that is neither a tag nor a date holds for no file."""
    for condition in ["", "*", "yesterday", "W/", '"', "0", MODIFIED_TEXT + "x"]:
        assert range_applies(asking(If_Range=condition), found) is False


def test_an_unquoted_tag(asking, found):
    """A tag without its quotes is none."""
    assert range_applies(asking(If_Range=found.etag.strip('"')), found) is False


def test_a_part_of_another_file_is_not_sent(ranges, found):
    """Where If-Range does not hold, the whole file is sent, also instead of a 416."""
    assert ranges("bytes=0-3", If_Range=found.etag) == [(0, 4)]
    assert ranges("bytes=0-3", If_Range='"other"') is None
    assert ranges("bytes=20-", If_Range='"other"') is None


def test_numbers_of_thousands_of_digits(ranges):
    """A number of thousands of digits is no number, and is not read as one."""
    assert ranges(f"bytes={'9' * 5000}-") is None
    assert ranges(f"bytes=0-{'9' * 5000}") is None
    assert ranges(f"bytes=-{'9' * 5000}") is None
