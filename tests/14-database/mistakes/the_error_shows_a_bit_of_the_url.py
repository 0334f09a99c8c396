"""replaces: orm.database.parse_url
caught by: test_1_address.py::test_no_password_in_an_error

The first 20 characters of the URL are shown, not those of what stands before the colon. Names and passwords
are short.
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
        f"no database at {url[:20]!r}: write sqlite:///menu.db, sqlite:// "
        "or postgresql://user:password@host/name"
    )
