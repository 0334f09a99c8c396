"""replaces: orm.database.parse_url
caught by: test_1_address.py::test_a_file

`urlsplit` knows URLs, so it takes them apart: what stands behind `?` or `#` is no part of the path then.
"""


def parse_url(url):
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme == "sqlite" and "://" in url:
        if parts.netloc:
            raise DatabaseError(f"{url} has a host: write sqlite:///{parts.netloc}{parts.path}")
        return SQLite(parts.path[1:] or MEMORY)
    if parts.scheme in ("postgresql", "postgres") and "://" in url:
        return PostgreSQL(url)
    raise DatabaseError(
        f"no database at {url.partition('://')[0][:20]!r}: write sqlite:///menu.db, sqlite:// "
        "or postgresql://user:password@host/name"
    )
