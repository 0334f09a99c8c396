"""Step 14.1: an address."""

import pytest

from bistro.orm import database
from bistro.orm.database import (
    MEMORY,
    Database,
    DatabaseError,
    PostgreSQL,
    SQLite,
    connect,
    default_database,
    parse_url,
)


@pytest.fixture(autouse=True)
def nothing_connected(monkeypatch):
    """Each test begins as a program does: without a database."""
    monkeypatch.setattr(database, "default", None)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///menu.db", "menu.db"),
        ("sqlite:///data/menu.db", "data/menu.db"),
        ("sqlite:////srv/menu.db", "/srv/menu.db"),
        ("sqlite:///C:/bistro/menu.db", "C:/bistro/menu.db"),
        ("sqlite:///a b/m%20?x=1#y://z", "a b/m%20?x=1#y://z"),
    ],
)
def test_a_file(url, path):
    """What follows `sqlite:///` is the path of a file, to the letter."""
    dialect = parse_url(url)
    assert isinstance(dialect, SQLite)
    assert dialect.path == path
    assert dialect.in_memory is False


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///"])
def test_memory(url):
    """Where no path follows, the database is in memory."""
    dialect = parse_url(url)
    assert isinstance(dialect, SQLite)
    assert dialect.path == MEMORY
    assert dialect.in_memory is True


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:secret@db.example:5433/bistro",
        "postgres://localhost/bistro",
        "postgresql:///bistro?host=/run/postgresql",
    ],
)
def test_postgresql(url):
    """PostgreSQL gets its URL as it is, also one that begins with `postgres`."""
    dialect = parse_url(url)
    assert isinstance(dialect, PostgreSQL)
    assert dialect.url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "menu.db",
        "sqlite",
        "sqlite:menu.db",
        "sqlite:/menu.db",
        "postgresql:bistro",
        "postgresql",
        "SQLite:///menu.db",
        "sqlite3:///menu.db",
        " sqlite:///menu.db",
        "mysql://ada:secret@db.example/bistro",
        "file:///menu.db",
        "://",
    ],
)
def test_what_is_no_address(url):
    """Any other URL is refused, with the ways in which it could be written."""
    with pytest.raises(DatabaseError) as caught:
        parse_url(url)
    assert "sqlite:///" in str(caught.value)
    assert "postgresql://" in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://menu.db", "sqlite://srv/menu.db"])
def test_a_file_has_no_host(url):
    """`sqlite://menu.db` names a host: the error says how the path is written."""
    with pytest.raises(DatabaseError) as caught:
        parse_url(url)
    assert url.replace("://", ":///") in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresq://§§§:§§§@host/bistro", "postgresq"),
        ("postgresql:§§§:§§§@host/bistro", "postgresql"),
        ("ada:§§§@host/bistro", "ada"),
        ("x" * 20 + "§://host", "x" * 20),
        ("x" * 20 + "§", "x" * 20),
    ],
)
def test_no_password_in_an_error(url, shown):
    """The text of an error has only what stands before the first `:`, and 20 characters of it."""
    with pytest.raises(DatabaseError) as caught:
        parse_url(url)
    assert shown in str(caught.value)
    assert "§" not in str(caught.value)


def test_connect_gives_a_database():
    """`connect` gives the database at the URL."""
    found = connect("sqlite:///menu.db")
    assert isinstance(found, Database)
    assert isinstance(found.dialect, SQLite)
    assert found.dialect.path == "menu.db"


def test_connect_opens_nothing(tmp_path):
    """`connect` opens nothing yet: there is no file afterwards, whether it could be made or not."""
    connect(f"sqlite:///{tmp_path}/menu.db")
    connect(f"sqlite:///{tmp_path}/nowhere/menu.db")
    connect("postgresql://ada@nobody.invalid/bistro")
    assert list(tmp_path.iterdir()) == []


def test_the_default():
    """What `connect` gave last is the default."""
    first = connect("sqlite://")
    assert default_database() is first
    second = connect("sqlite://")
    assert default_database() is second
    assert second is not first


def test_no_default():
    """Before `connect` there is no default: an error that says what to call."""
    with pytest.raises(DatabaseError, match="connect"):
        default_database()


def test_a_wrong_address_changes_nothing():
    """A URL that is refused leaves the default as it was."""
    before = connect("sqlite://")
    with pytest.raises(DatabaseError):
        connect("sqlite:menu.db")
    assert default_database() is before
