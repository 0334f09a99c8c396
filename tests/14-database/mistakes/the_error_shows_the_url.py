"""replaces: orm.database.parse_url
caught by: test_1_address.py::test_no_password_in_an_error

An error says what was wrong, so it shows the whole URL. In it is a password, and the error goes into a log.
"""


def parse_url(url):
    scheme, colon, rest = url.partition("://")
    if colon and scheme == "sqlite":
        if rest and not rest.startswith("/"):
            raise DatabaseError(f"{url} has a host: write sqlite:///{rest}")
        return SQLite(rest[1:] or MEMORY)
    if colon and scheme in ("postgresql", "postgres"):
        return PostgreSQL(url)
    raise DatabaseError(
        f"no database at {url!r}: write sqlite:///menu.db, sqlite:// "
        "or postgresql://user:password@host/name"
    )
