"""replaces: cookies.format_cookie
caught by: test_4_writing_cookies.py::test_a_cookie_is_deleted

`if max_age` asks whether there is one, and says no to 0, which is how a cookie is deleted.
"""


def format_cookie(
    name, value, *, max_age=None, expires=None, path="/", domain=None,
    secure=False, httponly=True, samesite="Lax", partitioned=False,
):  # fmt: skip
    if not TOKEN.fullmatch(name):
        raise ValueError("not a name")
    if domain and not DOMAIN.fullmatch(domain.removeprefix(".")):
        raise ValueError("not a domain")
    if path is not None and not PATH.fullmatch(path):
        raise ValueError("not a path")
    if samesite is not None:
        samesite = SAMESITE.get(samesite.lower())
        if not samesite:
            raise ValueError("not a samesite")
    secure = secure or partitioned or samesite == "None"
    check_prefix(name, secure=secure, path=path, domain=domain)
    cookie = f"{name}={quote(value)}"
    if domain:
        cookie += f"; Domain={domain.removeprefix('.')}"
    if expires:
        cookie += f"; Expires={format_date(expires)}"
    if max_age:
        cookie += f"; Max-Age={int(max_age)}"
    cookie += "; Secure" * secure + "; HttpOnly" * httponly
    if path:
        cookie += f"; Path={path}"
    if samesite:
        cookie += f"; SameSite={samesite}"
    cookie += "; Partitioned" * partitioned
    if len(cookie) > MAX_COOKIE:
        warnings.warn(f"the cookie {name} is too large", stacklevel=2)
    return cookie
