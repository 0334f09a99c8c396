"""Step 9.1: a name is not a path."""

import os

import pytest

from bistro.errors import HTTPError
from bistro.static import StaticFiles


def is_refused(files, name):
    """Whether a name is answered with 404."""
    try:
        files.locate(name)
    except HTTPError as error:
        return error.status == 404
    return False


def real(path):
    """A path without symbolic links in it, as text."""
    return os.path.realpath(path)


def test_a_file_is_found_by_its_name(files, folder):
    """A name leads to the real path of the file in the directory."""
    assert files.locate("menu.txt") == real(folder / "menu.txt")
    assert files.locate("fish/trout.png") == real(folder / "fish" / "trout.png")


def test_names_that_only_look_odd(files, folder):
    """A name that leads nowhere else is a name, whatever its characters; it is not decoded."""
    for name in [
        "crème brûlée.txt",
        "a b.txt",
        "..soup",
        "...soup",
        ".well-known",
        "a..b",
        "%2e%2e",
        "~root",
    ]:
        (folder / name).write_bytes(b"x")
        assert files.locate(name) == real(folder / name)


def test_what_is_not_there_is_not_found(files):
    """Only a file that is there is found: no folder, and nothing below a file."""
    for name in ["nothing.txt", " menu.txt", "fish", "fish/nothing", "menu.txt/x", "x/menu.txt"]:
        assert is_refused(files, name)


def test_no_way_up(files):
    """A part that is `.` or `..` is refused, wherever it would lead."""
    for name in [
        "..",
        "../secret.txt",
        "../static-secret/plan.txt",
        "fish/../../secret.txt",
        "fish/../menu.txt",
        "./menu.txt",
        "../static/menu.txt",
        "fish/./trout.png",
    ]:
        assert is_refused(files, name)


def test_no_part_is_empty(files):
    """A part that is empty is refused: each file has one name."""
    for name in ["", "/menu.txt", "fish//trout.png", "menu.txt/", "/"]:
        assert is_refused(files, name)


def test_no_absolute_path(files, folder):
    """A path from the root of the disk is refused, even to a file in the directory."""
    assert is_refused(files, str(folder / "menu.txt"))
    assert is_refused(files, str(folder.parent / "secret.txt"))


def test_parts_of_dots_and_spaces(files, folder):
    """A part of nothing but dots and spaces is refused: Windows drops some of them."""
    for name in ["...", ".. ", " ..", " ", ". .", "fish/.. ./menu.txt"]:
        if os.name != "nt" and "/" not in name:
            (folder / name).write_bytes(b"x")
        assert is_refused(files, name)


def test_no_character_that_separates(files, folder):
    """NUL, the backslash and the colon are refused: some system cuts a name there."""
    for name in [
        "menu.txt\0",
        "\0",
        "..\\secret.txt",
        "a\\b",
        "menu.txt::$DATA",
        "c:menu.txt",
        ":",
    ]:
        if os.name != "nt" and "\0" not in name:
            (folder / name).write_bytes(b"x")
        assert is_refused(files, name)


def test_no_device_of_windows(files, folder):
    """The name of a device of Windows is refused, with an ending, in a folder, and of a folder."""
    for name in [
        "con",
        "NUL",
        "Aux.txt",
        "prn .css",
        "COM1",
        "lpt9.tar.gz",
        "com\xb2",
        "CONIN$",
        " nul.txt",
        "con.",
    ]:
        if os.name != "nt":
            (folder / name).write_bytes(b"x")
            (folder / "fish" / name).write_bytes(b"x")
        assert is_refused(files, name)
        assert is_refused(files, f"fish/{name}")
    if os.name != "nt":
        (folder / "aux.d").mkdir()
        (folder / "aux.d" / "a.txt").write_bytes(b"x")
    assert is_refused(files, "aux.d/a.txt")


def test_names_that_begin_like_a_device(files, folder):
    """A name that only begins like a device is a name."""
    for name in ["console.css", "nullable", "com", "com10.js", "my.con", "aux-1"]:
        (folder / name).write_bytes(b"x")
        assert files.locate(name) == real(folder / name)


def test_links_within_the_directory_are_followed(files, folder, link):
    """A symbolic link to a file in the directory leads to that file's own path."""
    link(folder / "card.txt", folder / "menu.txt")
    link(folder / "sea", folder / "fish")
    assert files.locate("card.txt") == real(folder / "menu.txt")
    assert files.locate("sea/trout.png") == real(folder / "fish" / "trout.png")


def test_links_out_of_the_directory_are_refused(files, folder, link):
    """A symbolic link to a file or folder elsewhere leads nowhere."""
    link(folder / "link.txt", folder.parent / "secret.txt")
    link(folder / "up", folder.parent)
    assert is_refused(files, "link.txt")
    assert is_refused(files, "up/secret.txt")


def test_a_sibling_whose_name_begins_alike(files, folder, link):
    """A folder beside ours is not in it because its name begins with ours."""
    link(folder / "link", folder.parent / "static-secret")
    assert is_refused(files, "link/plan.txt")


def test_links_that_lead_nowhere(files, folder, link):
    """A symbolic link to itself, or to nothing, is not found."""
    link(folder / "round", folder / "round")
    link(folder / "gone", folder / "nothing")
    assert is_refused(files, "round")
    assert is_refused(files, "gone")


def test_the_directory_may_be_a_link(folder, link):
    """The directory itself may be named by a symbolic link."""
    link(folder.parent / "public", folder)
    assert StaticFiles(folder.parent / "public").locate("menu.txt") == real(folder / "menu.txt")


def test_names_that_no_file_can_have(files):
    """A name that no file can have is not found; it is no failure of ours."""
    for name in ["\ud800", "a" * 5000, "a/" * 2000 + "a"]:
        assert is_refused(files, name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_regular_files(files, folder):
    """A named pipe is not found: who opens it waits for ever."""
    os.mkfifo(folder / "pipe")
    assert is_refused(files, "pipe")
