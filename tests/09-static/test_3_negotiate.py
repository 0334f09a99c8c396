"""Step 9.3: smaller already."""

import os

import pytest

from bistro import static
from bistro.errors import HTTPError

HOUR_AGO = 1_700_000_000
"""When the files of the folder were modified."""


def add(folder, ending, time=HOUR_AGO):
    """Put a compressed file beside site.css."""
    (folder / f"site.css{ending}").write_bytes(b"small")
    os.utime(folder / f"site.css{ending}", (time, time))


@pytest.fixture
def chosen(files, folder, asking):
    """`chosen("gzip")`: the encoding that a client with that Accept-Encoding gets."""

    def choose(accept=None, of="site.css"):
        fields = {} if accept is None else {"Accept_Encoding": accept}
        found = files.negotiate(asking(**fields), str(folder / of))
        with found.file:
            size = found.size
        assert (size == 5) == bool(found.encoding), "the encoding and the bytes don't agree"
        return found.encoding, found.varies

    return choose


def test_nothing_beside_it(chosen):
    """A file without a compressed one beside it is sent as it is, whatever the client accepts."""
    for accept in (None, "", "gzip, br", "*"):
        assert chosen(accept) == ("", False)


def test_the_compressed_file_is_sent(chosen, folder):
    """A client that accepts gzip gets the file that was compressed beforehand."""
    add(folder, ".gz")
    assert chosen("gzip") == ("gzip", True)
    assert chosen("gzip, deflate, br, zstd") == ("gzip", True)
    assert chosen("GZIP") == ("gzip", True)
    assert chosen("gzip;q=0.5, *") == ("gzip", True), "`*` is for codings, not for the file itself"


def test_who_does_not_accept_it_gets_the_file(chosen, folder):
    """A client that does not accept a coding gets the file itself, which varies all the same."""
    add(folder, ".gz")
    for accept in (None, "", "br", "deflate", "identity", "x"):
        assert chosen(accept) == ("", True)


def test_the_better_coding_of_equals(chosen, folder):
    """Of codings that the client likes as much as each other, it gets the better one."""
    add(folder, ".gz")
    add(folder, ".br")
    for accept in ("gzip, br", "br, gzip", "*", "gzip;q=0.5, br;q=0.5"):
        assert chosen(accept) == ("br", True)


def test_the_client_has_its_preferences(chosen, folder):
    """A coding with a higher quality wins, the file itself as well."""
    add(folder, ".gz")
    add(folder, ".br")
    assert chosen("gzip, br;q=0.9") == ("gzip", True)
    assert chosen("br;q=0.1, gzip;q=0.2, identity;q=0.1") == ("gzip", True)
    assert chosen("identity, gzip;q=0.5, br;q=0.4") == ("", True)
    assert chosen("identity;q=0.5, gzip;q=0.5") == ("gzip", True)


def test_zero_means_no(chosen, folder):
    """A coding with quality 0 is never sent."""
    add(folder, ".gz")
    for accept in (
        "gzip;q=0",
        "gzip; q=0.000, br",
        "*;q=0",
        "gzip;q=0, *",
        "gzip;q=0, identity;q=0",
    ):
        assert chosen(accept) == ("", True)
    add(folder, ".br")
    assert chosen("br;q=0, *") == ("gzip", True)
    assert chosen("*;q=0, gzip") == ("gzip", True)


def test_a_field_that_is_nonsense(chosen, folder):
    """What can't be understood is not accepted."""
    add(folder, ".gz")
    for accept in ("gzipped", "gzip;q=x", "gzip;q=2", ";;;,,,", "gzip q=1"):
        assert chosen(accept) == ("", True)


def test_an_older_one_is_left_alone(chosen, folder):
    """A compressed file that is older than the file is of another content."""
    add(folder, ".gz", HOUR_AGO - 1)
    assert chosen("gzip") == ("", False)
    add(folder, ".br", HOUR_AGO + 1)
    assert chosen("gzip, br") == ("br", True)


def test_each_file_has_its_own(chosen, folder):
    """A compressed file stands for the file whose name it has, and no other."""
    add(folder, ".gz")
    assert chosen("gzip", of="menu.txt") == ("", False)


def test_a_link_beside_it_is_not_followed(chosen, folder, link):
    """A symbolic link with the right name would be a way out of the directory."""
    link(folder / "site.css.gz", folder.parent / "secret.txt")
    (folder / "site.css.br").mkdir()
    assert chosen("gzip, br") == ("", False)


def test_one_that_can_not_be_opened(chosen, folder, monkeypatch):
    """A compressed file that can't be opened is passed over: there is the next one."""
    add(folder, ".gz")
    add(folder, ".br")
    real = static.Representation

    def refuse(path, encoding="", **options):
        if encoding == "br":
            raise PermissionError(path)
        return real(path, encoding, **options)

    monkeypatch.setattr(static, "Representation", refuse)
    assert chosen("gzip;q=0.5, br") == ("gzip", True)
    assert chosen("br") == ("", True)


def test_a_file_that_can_not_be_opened(files, folder, asking):
    """A file that is gone meanwhile, or may not be read, is 404."""
    with pytest.raises(HTTPError) as caught:
        files.negotiate(asking(), str(folder / "gone.txt"))
    assert caught.value.status == 404
