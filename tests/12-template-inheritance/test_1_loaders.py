"""Step 12.1: a name leads to a file."""

import io
import os

import pytest

from bistro.templates.errors import TemplateError, TemplateNotFound
from bistro.templates.loaders import ChoiceLoader, DictLoader, FileLoader, safe_parts

OPEN = io.open


def is_refused(name):
    """Whether a name is no template's name."""
    try:
        safe_parts(name)
    except TemplateNotFound as error:
        return error.name == name
    return False


def test_the_parts_of_a_name():
    """A name is parts with slashes between them, whatever else stands in them."""
    assert safe_parts("card.html") == ["card.html"]
    assert safe_parts("menu/week/card.html") == ["menu", "week", "card.html"]
    assert safe_parts("crème brûlée/..soup/...") == ["crème brûlée", "..soup", "..."]


def test_no_way_up():
    """A part that is `.` or `..` is refused, wherever it would lead."""
    for name in [
        "..",
        "../recipes.txt",
        "menu/../../recipes.txt",
        "menu/../layout.html",
        ".",
        "./a",
    ]:
        assert is_refused(name)


def test_no_empty_part():
    """An empty part is refused: no name is absolute, ends in a slash or is nothing."""
    for name in ["", "/", "/etc/passwd", "//host/share", "menu//card.html", "menu/card.html/"]:
        assert is_refused(name)


def test_no_other_system():
    """What Windows takes for a folder, a drive or a stream is refused on every system."""
    for name in ["..\\recipes.txt", "menu\\card.html", "C:card.html", "C:/card.html", "a:$DATA"]:
        assert is_refused(name)
    assert is_refused("card.html\0.txt")


def test_a_file_is_read(folder):
    """A name leads to the file below the directory; its text, path and freshness come back."""
    loaded = FileLoader(folder).load("menu/card.html")
    assert loaded.source == "a card"
    assert loaded.path == str(folder / "menu" / "card.html")
    assert loaded.is_fresh() is True


def test_the_first_directory_wins(folder, tmp_path):
    """Of several directories the first that has the file wins."""
    special = tmp_path / "special"
    special.mkdir()
    (special / "layout.html").write_text("the special layout")
    loader = FileLoader(special, str(folder))
    assert loader.load("layout.html").source == "the special layout"
    assert loader.load("menu/card.html").source == "a card"


def test_what_is_not_there(folder):
    """What is no regular file is not found; the error has the name and the directories."""
    loader = FileLoader(folder, "elsewhere")
    for name in ["nothing.html", "menu", "layout.html/x", "x" * 5000, "\ud800.html"]:
        with pytest.raises(TemplateNotFound) as caught:
            loader.load(name)
        assert caught.value.name == name
        assert str(folder) in str(caught.value)
        assert "elsewhere" in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe(folder, tmp_path):
    """A pipe is no regular file: it is passed over, and nobody waits for what it may say."""
    (tmp_path / "special").mkdir()
    os.mkfifo(tmp_path / "special" / "layout.html")
    loader = FileLoader(tmp_path / "special", folder)
    assert loader.load("layout.html").source == "the layout"


def test_a_name_that_leads_away(folder):
    """A name that leads out of the directory finds nothing, though the file is there."""
    for name in ["../recipes.txt", str(folder / "layout.html"), "menu/../../recipes.txt"]:
        with pytest.raises(TemplateNotFound) as caught:
            FileLoader(folder).load(name)
        assert caught.value.name == name


def test_the_encoding(folder):
    """A file is read as UTF-8, or in the loader's encoding, with its line ends."""
    (folder / "utf.html").write_bytes("Crème\r\nbrûlée\n".encode())
    (folder / "latin.html").write_bytes("Crème".encode("latin-1"))
    assert FileLoader(folder).load("utf.html").source == "Crème\r\nbrûlée\n"
    assert FileLoader(folder, encoding="latin-1").load("latin.html").source == "Crème"


def test_another_encoding(folder):
    """A file that is not in the loader's encoding is an error that names the template."""
    (folder / "menu" / "latin.html").write_bytes("Crème".encode("latin-1"))
    with pytest.raises(TemplateError) as caught:
        FileLoader(folder).load("menu/latin.html")
    assert not isinstance(caught.value, TemplateNotFound)
    assert "menu/latin.html" in str(caught.value)
    with pytest.raises(TemplateError, match="the latin one"):
        FileLoader(folder).read("the latin one", str(folder / "menu" / "latin.html"))


def test_a_change_is_noticed(folder):
    """A file that was written again, or has gone, is fresh no longer."""
    path = folder / "layout.html"
    loader = FileLoader(folder)
    loaded = loader.load("layout.html")
    path.write_text("another layout")
    assert loaded.is_fresh() is False
    loaded = loader.load("layout.html")
    os.utime(path, (1, 1))
    assert loaded.is_fresh() is False
    loaded = loader.load("layout.html")
    path.write_text("a longer layout")
    os.utime(path, (1, 1))
    assert loaded.is_fresh() is False
    loaded = loader.load("layout.html")
    path.unlink()
    assert loaded.is_fresh() is False


def test_a_change_while_it_is_read(folder, monkeypatch):
    """A file that changes just when it was opened counts as changed: its old text may be read."""
    path = folder / "layout.html"

    def opening(*arguments, **options):
        file = OPEN(*arguments, **options)
        os.utime(path, (1, 1))
        return file

    monkeypatch.setattr("io.open", opening)
    monkeypatch.setattr("builtins.open", opening)
    loaded = FileLoader(folder).load("layout.html")
    assert loaded.is_fresh() is False


def test_a_file_that_goes_meanwhile(folder, monkeypatch):
    """A file that goes before it is opened is not found; another error stays what it is."""
    with monkeypatch.context() as patched, pytest.raises(TemplateNotFound) as caught:
        patched.setattr("os.path.isfile", lambda path: True)
        FileLoader(folder).load("gone.html")
    assert caught.value.name == "gone.html"
    with pytest.raises(TemplateNotFound) as caught:
        FileLoader(folder).read("gone.html", str(folder / "gone-file.html"))
    assert caught.value.name == "gone.html"
    with pytest.raises(OSError, match="menu"):
        FileLoader(folder).read("menu.html", str(folder / "menu"))


def test_a_choice(folder):
    """Loaders in a row give the first one's template, also to a name that a file can't have."""
    loader = ChoiceLoader(FileLoader(folder), DictLoader({"../a": "odd", "layout.html": "second"}))
    assert loader.load("layout.html").source == "the layout"
    assert loader.load("../a").source == "odd"
