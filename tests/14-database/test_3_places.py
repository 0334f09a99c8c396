"""Step 14.3: a place for a value."""

import pytest

from bistro.orm.database import STATEMENTS, PostgreSQL, translate


@pytest.mark.parametrize(
    ("sql", "translated"),
    [
        ("SELECT 1", "SELECT 1"),
        ("", ""),
        ("SELECT ?", "SELECT %s"),
        ("SELECT ?, ?,?", "SELECT %s, %s,%s"),
        ("a=? AND (b=?)", "a=%s AND (b=%s)"),
    ],
)
def test_places(sql, translated):
    """Each `?` becomes `%s`; all else stays."""
    assert translate(sql) == translated


@pytest.mark.parametrize(
    "quoted",
    [
        "'what?'",
        "'it''s what?'",
        "''",
        "'''?'''",
        "'\n?\n'",
        "'say \"?'",
        "'-- ?'",
        "'/* ?'",
        '"what?"',
        '"a""?"',
        '"it\'s?"',
        "'\\'",
    ],
)
def test_text_and_names(quoted):
    """A question mark in text or in a quoted name is no place; the next one behind it is."""
    assert translate(f"SELECT {quoted}, ?") == f"SELECT {quoted}, %s"
    assert translate(f"?{quoted}?{quoted}?") == f"%s{quoted}%s{quoted}%s"


@pytest.mark.parametrize(
    "comment",
    ["-- what?\n", "--\n", "-- don't?\n", "/* what? */", "/**/", "/* ? \n ? ' */", "/* -- ? */"],
)
def test_comments(comment):
    """A question mark in a comment is no place."""
    assert translate(f"SELECT ? {comment}, ?") == f"SELECT %s {comment}, %s"


@pytest.mark.parametrize("open_end", ["'what?", '"what?', "-- what?", "/* what?", "/* ? *", "'?''"])
def test_what_does_not_end(open_end):
    """Text, a name or a comment that does not end goes on to the end of the statement."""
    assert translate(f"SELECT ? {open_end}") == f"SELECT %s {open_end}"


def test_operators():
    """`??` is a question mark that is no place: an operator of PostgreSQL."""
    assert translate("SELECT data ?? ?") == "SELECT data ? %s"
    assert translate("data ??| ? AND data ??& ?") == "data ?| %s AND data ?& %s"
    assert translate("???") == "?%s"
    assert translate("'??'") == "'??'"
    assert translate("a - ? / ? * ?") == "a - %s / %s * %s"


@pytest.mark.parametrize(
    ("sql", "translated"),
    [
        ("SELECT 7 % 4", "SELECT 7 %% 4"),
        ("LIKE '%soup%'", "LIKE '%%soup%%'"),
        ('"100%"', '"100%%"'),
        ("-- 100%", "-- 100%%"),
        ("/* %s */", "/* %%s */"),
        ("'%?' %%s %(x)s", "'%%?' %%%%s %%(x)s"),
    ],
)
def test_percent(sql, translated):
    """A `%` is doubled, wherever it stands: psycopg would take it for a place."""
    assert translate(sql) == translated


def test_a_long_statement():
    """A long statement takes as long as it is, not its square: no attack by a quote."""
    for piece in ("'", "''", '"', "/*", "--", "/"):
        assert translate(piece * 100_000).count("s") == 0
    assert translate("?" * 200_001) == "?" * 100_000 + "%s"


def test_postgresql_translates():
    """PostgreSQL has its statements translated."""
    assert PostgreSQL("postgresql:///bistro").translate("SELECT ?") == "SELECT %s"


def test_translated_once():
    """What was translated is kept, and what is kept is not translated again."""
    dialect = PostgreSQL("postgresql:///bistro")
    dialect.translate("SELECT ?")
    dialect.translate("")
    assert dialect.translated == {"SELECT ?": "SELECT %s", "": ""}
    dialect.translated.update({"SELECT ?": "kept", "": ""})
    assert dialect.translate("SELECT ?") == "kept"


def test_not_everything_is_kept():
    """No more than `STATEMENTS` are kept: with one more, it begins anew."""
    dialect = PostgreSQL("postgresql:///bistro")
    for number in range(STATEMENTS):
        assert dialect.translate(f"SELECT {number}, ?") == f"SELECT {number}, %s"
    assert len(dialect.translated) == STATEMENTS
    dialect.translate("SELECT 0, ?")
    assert len(dialect.translated) == STATEMENTS
    assert dialect.translate("SELECT 'one more', ?") == "SELECT 'one more', %s"
    assert dialect.translated == {"SELECT 'one more', ?": "SELECT 'one more', %s"}
