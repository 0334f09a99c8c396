"""Cookies: the `Cookie` field read, the `Set-Cookie` field written.

Reading is lenient, because browsers send what some site once set. Writing is strict, because what
we set is our own doing. Source: RFC 6265bis (draft-ietf-httpbis-rfc6265bis).
"""

from __future__ import annotations

import re
import warnings

from bistro.http import TOKEN, format_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

MAX_COOKIE = 4093
"""Bytes of a cookie with its attributes that every browser keeps. For more there is a warning."""

# What a value may hold as it is: visible ASCII without `"`, `,`, `;` and `\`, section 4.1.1.
PLAIN_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")
PATH = re.compile(r"/[!-:<-~]*")  # visible ASCII without `;`
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
SAMESITE = {"strict": "Strict", "lax": "Lax", "none": "None"}
ESCAPED = re.compile(rb"\\([0-3][0-7][0-7]|.)", re.DOTALL)
"""In a quoted value: three octal digits for a byte, or a byte that stands for itself."""
QUOTED = [
    chr(byte) if 0x20 <= byte < 0x7F and byte not in b",;" else f"\\{byte:03o}"
    for byte in range(256)
]
"""Each byte, by its number, as it stands in a quoted value."""
QUOTED[ord('"')] = '\\"'
QUOTED[ord("\\")] = "\\\\"


def parse_cookies(header: str) -> dict[str, str]:
    r"""Return the cookies of a `Cookie` field, name to value, in order.

    `header` is as the environ has it: each character one byte (latin-1); the bytes are UTF-8, and
    those that are not become U+FFFD. Pieces are separated by `;`, also within quotes. A name ends
    at the first `=`; spaces and tabs around name and value are dropped. A piece without `=` or with
    an empty name is skipped. Of several with one name the first wins: browsers send the one with
    the most exact path first. A value between two `"` is unquoted by `unquote`.

    Raises nothing, whatever comes; a character that is no byte, which no server gives, may become
    anything. Takes time linear in the length of `header`.
    Source: RFC 6265bis section 5.8.3.
    """
    if not header.isascii():
        header = header.encode("latin-1", "replace").decode("utf-8", "replace")
    cookies: dict[str, str] = {}
    for piece in header.split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip(" \t")
        if not equals or not name or name in cookies:
            continue
        value = value.strip(" \t")
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = unquote(value[1:-1])
        cookies[name] = value
    return cookies


def quote(value: str) -> str:
    r"""Return `value` as it may stand in a cookie, in quotes if it has to be.

    Visible ASCII without `"`, `,`, `;` and `\` stays as it is. Anything else is put between two
    `"`: in it `"` and `\` get a `\` in front, and `,`, `;`, controls and the bytes of characters
    outside of ASCII in UTF-8 become `\` and three octal digits; a space stays. So `a;b` is
    `"a\073b"`, as Python's `http.cookies` writes it.
    """
    if PLAIN_VALUE.fullmatch(value):
        return value
    return '"' + "".join([QUOTED[byte] for byte in value.encode()]) + '"'


def unquote(value: str) -> str:
    r"""Return what `quote` has quoted, given without the two `"` around it.

    `\` and three octal digits up to `\377` are a byte of UTF-8 (U+FFFD when it is not), `\` and
    another character are that character, and a `\` at the end stays.
    """
    if "\\" not in value:
        return value
    return ESCAPED.sub(unescape, value.encode("utf-8", "replace")).decode("utf-8", "replace")


def unescape(match: Match[bytes]) -> bytes:
    """Return the byte that one escape sequence, found by `ESCAPED`, stands for."""
    sequence: bytes = match[1]
    return sequence if len(sequence) == 1 else bytes([int(sequence, 8)])


def format_cookie(
    name: str,
    value: str,
    *,
    max_age: int | None = None,
    expires: float | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = True,
    samesite: str | None = "Lax",
    partitioned: bool = False,
) -> str:
    """Return the value of a `Set-Cookie` field.

    The name, `=` and the value as `quote` gives it; then, joined by `"; "` and in this order, the
    attributes that are not None or False: `Domain`, `Expires` (from seconds since 1970 in UTC),
    `Max-Age` (seconds, as `int` makes them whole; 0 or less deletes the cookie), `Secure`,
    `HttpOnly`, `Path`, `SameSite` (strict, lax or none in any case, written `Strict`, `Lax`,
    `None`), `Partitioned`.
    `SameSite=None` and `Partitioned` imply `Secure`, without which browsers drop the cookie. A dot
    in front of the domain is dropped.

    Raises `ValueError` for: a name that is not a token; a path that does not begin with `/`, or has
    `;`, a space, a control or a character outside of ASCII; a domain that is not a host name
    (ASCII letters, digits, `-` and `.`, neither of them last or first but for the dot that is
    dropped); another `samesite`; text in `max_age` that `int` refuses; a name that begins with
    `__Secure-` without `Secure`, or with `__Host-` without `Secure` and `Path=/` or with a domain,
    in upper or lower case. Warns (`UserWarning`) when the result has more than `MAX_COOKIE` bytes.
    Source: RFC 6265bis sections 4.1 and 5.
    """
    if not TOKEN.fullmatch(name):
        raise ValueError(f"not a name for a cookie: {name!r}")
    secure = secure or partitioned
    parts = [f"{name}={quote(value)}"]
    if domain is not None:
        domain = domain.removeprefix(".")
        if not DOMAIN.fullmatch(domain):
            raise ValueError(f"not a domain for a cookie, such as bistro.example: {domain!r}")
        parts.append(f"Domain={domain}")
    if expires is not None:
        parts.append(f"Expires={format_date(expires)}")
    if max_age is not None:
        parts.append(f"Max-Age={int(max_age)}")
    if samesite is not None:
        if samesite.lower() not in SAMESITE:
            raise ValueError(f"samesite is Strict, Lax or None, not {samesite!r}")
        samesite = SAMESITE[samesite.lower()]
        secure = secure or samesite == "None"
    check_prefix(name, secure=secure, path=path, domain=domain)
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if path is not None:
        if not PATH.fullmatch(path):
            raise ValueError(f"not a path for a cookie, such as /menu: {path!r}")
        parts.append(f"Path={path}")
    if samesite is not None:
        parts.append(f"SameSite={samesite}")
    if partitioned:
        parts.append("Partitioned")
    cookie = "; ".join(parts)
    if len(cookie) > MAX_COOKIE:
        warnings.warn(
            f"the cookie {name} has {len(cookie)} bytes; browsers may drop one over {MAX_COOKIE}",
            stacklevel=2,
        )
    return cookie


def check_prefix(name: str, *, secure: bool, path: str | None, domain: str | None) -> None:
    """Raise `ValueError` when the attributes are not those that the name's prefix promises.

    `__Secure-` promises that the cookie came over HTTPS, `__Host-` besides that no other host set
    it. Browsers drop what breaks the promise. Source: RFC 6265bis section 4.1.3.
    """
    prefix = name.lower()
    if prefix.startswith(("__secure-", "__host-")) and not secure:
        raise ValueError(f"the cookie {name} must be secure: its prefix says so")
    if prefix.startswith("__host-") and (path != "/" or domain is not None):
        raise ValueError(f"the cookie {name} must have the path / and no domain: __Host- says so")
