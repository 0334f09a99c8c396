"""Step 6.4: behind proxies."""

import pytest

from bistro.request import ProxyFix, Request


def seen(hops=1, *, proto_hops=1, host_hops=0, **fields):
    """The environ that an application sees; `For`, `Proto` and `Host` are what proxies say."""
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_HOST": "inside", "wsgi.url_scheme": "http"}
    for name, value in fields.items():
        environ[f"HTTP_X_FORWARDED_{name.upper()}"] = value
    calls = []

    def app(environ, start_response):
        calls.append((environ, start_response))
        return [b"trout"]

    fixed = ProxyFix(app, hops, proto_hops=proto_hops, host_hops=host_hops)
    assert fixed(environ, print) == [b"trout"]
    assert calls == [(environ, print)]
    return environ


def test_the_last_entry_is_the_proxys():
    """Behind one proxy, the last entry is what the proxy saw."""
    assert seen(For="203.0.113.9")["REMOTE_ADDR"] == "203.0.113.9"
    assert seen(For="192.0.2.1, 203.0.113.9")["REMOTE_ADDR"] == "203.0.113.9"
    assert seen(For="192.0.2.1, 2001:db8::9")["REMOTE_ADDR"] == "2001:db8::9"


def test_what_the_client_invents_is_not_looked_at():
    """A client that writes entries of its own, in front, changes nothing."""
    for lie in ("127.0.0.1", "192.0.2.1, 192.0.2.2", "", ",,,", "x" * 5000):
        assert seen(For=f"{lie}, 203.0.113.9")["REMOTE_ADDR"] == "203.0.113.9"


def test_two_proxies():
    """Behind two proxies the last entry but one is the client's address."""
    field = "192.0.2.1, 203.0.113.9,\t10.0.0.7 "
    assert seen(2, For=field)["REMOTE_ADDR"] == "203.0.113.9"
    assert seen(1, For=field)["REMOTE_ADDR"] == "10.0.0.7"
    assert seen(3, For=field)["REMOTE_ADDR"] == "192.0.2.1"


def test_too_few_entries_change_nothing():
    """With fewer entries than proxies somebody came past a proxy: nothing is believed."""
    assert seen(2, For="192.0.2.1")["REMOTE_ADDR"] == "10.0.0.1"
    assert seen(1)["REMOTE_ADDR"] == "10.0.0.1"
    assert seen(1, For="")["REMOTE_ADDR"] == "10.0.0.1"
    assert seen(1, For="192.0.2.1, ")["REMOTE_ADDR"] == "10.0.0.1"


def test_the_scheme_is_http_or_https():
    """The proxy says which scheme the client used, in any case; other words change nothing."""
    assert seen(Proto="https")["wsgi.url_scheme"] == "https"
    assert seen(Proto="HTTPS")["wsgi.url_scheme"] == "https"
    assert seen(Proto="https, http")["wsgi.url_scheme"] == "http"
    for word in ("javascript", "", "https://", "http s", "ttp"):
        assert seen(Proto=word)["wsgi.url_scheme"] == "http"
    behind = seen(Proto="https", For="203.0.113.9")
    assert Request(behind).url == "https://inside/"


def test_each_field_has_hops_of_its_own():
    """A field that the proxies pass on as it came, with no hops, is the client's: not believed."""
    fields = {"For": "203.0.113.9, 10.0.0.7", "Proto": "https", "Host": "bistro.example"}
    environ = seen(2, **fields)
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert environ["wsgi.url_scheme"] == "https"
    assert environ["HTTP_HOST"] == "inside"
    environ = seen(1, proto_hops=0, host_hops=1, **fields)
    assert environ["REMOTE_ADDR"] == "10.0.0.7"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_HOST"] == "bistro.example"
    assert seen(1, proto_hops=2, Proto="https")["wsgi.url_scheme"] == "http"
    assert seen(2, host_hops=1, Host="evil.example, bistro.example")["HTTP_HOST"] == (
        "bistro.example"
    )


@pytest.mark.parametrize("host", ["a b", "evil.example/path", "user@evil.example", "", "a:b"])
def test_a_host_that_is_none_changes_nothing(host):
    """What is no host with an optional port does not become one."""
    assert seen(host_hops=1, Host=host)["HTTP_HOST"] == "inside"
    assert seen(host_hops=1, Host="Bistro.example:8000")["HTTP_HOST"] == "Bistro.example:8000"


def test_the_fields_are_taken_out():
    """The application does not see the fields, so that it can not believe them by mistake."""
    environ = seen(For="192.0.2.1, 203.0.113.9", Proto="https", Host="bistro.example", Port="1")
    assert [key for key in environ if "FORWARDED" in key] == ["HTTP_X_FORWARDED_PORT"]
    environ = seen(9, proto_hops=9, For="192.0.2.1", Proto="https", Host="bistro.example")
    assert [key for key in environ if "FORWARDED" in key] == []


def test_entry_takes_one_out():
    """`entry` returns the entry that many from the end, and takes the field out of the environ."""
    fixed = ProxyFix(print)
    for hops, expected in [(0, ""), (1, "c"), (2, "b"), (3, "a"), (4, "")]:
        environ = {"HTTP_X_A": " a,b , c\t", "HTTP_X_B": "d"}
        assert fixed.entry(environ, "HTTP_X_A", hops) == expected
        assert environ == {"HTTP_X_B": "d"}
        assert fixed.entry({}, "HTTP_X_A", hops) == ""
