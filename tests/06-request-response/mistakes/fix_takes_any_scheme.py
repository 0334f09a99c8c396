"""replaces: request.ProxyFix.__call__
caught by: test_4_proxies.py::test_the_scheme_is_http_or_https

Whatever the field says becomes the scheme, and the beginning of every link.
"""


def __call__(self, environ, start_response):
    address = self.entry(environ, "HTTP_X_FORWARDED_FOR", self.hops)
    scheme = self.entry(environ, "HTTP_X_FORWARDED_PROTO", self.proto_hops)
    host = self.entry(environ, "HTTP_X_FORWARDED_HOST", self.host_hops)
    if address:
        environ["REMOTE_ADDR"] = address
    if scheme:
        environ["wsgi.url_scheme"] = scheme
    if host and HOST.fullmatch(host):
        environ["HTTP_HOST"] = host
    return self.app(environ, start_response)
