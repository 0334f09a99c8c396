"""replaces: response.Response.__call__
caught by: test_6_send.py::test_a_kind_of_text_is_text

`type(body) is str` is quick, and streams the text of a template, a subclass, character by character.
"""


def __call__(self, environ, start_response):
    line = STATUS_LINES.get(self.status) or status_line(self.status)
    fields, body = self.fields, self.body
    if type(body) is str:
        body = body.encode()
    if self.status in BODILESS:
        start_response(line, without(fields, ("content-type", "content-length")))
        return discard(body)
    if type(body) is not bytes:
        start_response(line, list(fields))
        return discard(body) if environ["REQUEST_METHOD"] == "HEAD" else Stream(body)
    fields = without(fields, ("content-length",))
    start_response(line, [*fields, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
