"""replaces: orm.database.parse_url
caught by: test_1_address.py::test_a_file

What follows `sqlite://` looks like an absolute path, so it is taken as it is: `menu.db` is looked for in the root of the disk.
"""


def parse_url(url):
    scheme, colon, rest = url.partition("://")
    if colon and scheme == "sqlite":
        if rest and not rest.startswith("/"):
            raise DatabaseError(f"{url} has a host: write sqlite:///{rest}")
        return SQLite(rest or MEMORY)
    if colon and scheme in ("postgresql", "postgres"):
        return PostgreSQL(url)
    raise DatabaseError(
        f"no database at {scheme[:20]!r}: write sqlite:///menu.db, sqlite:// "
        "or postgresql://user:password@host/name"
    )
