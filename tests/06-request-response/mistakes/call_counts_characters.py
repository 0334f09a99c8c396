"""replaces: response.Response.__call__
caught by: test_6_send.py::test_text_is_sent_with_its_length

The length of the text is not the length of its bytes: the client misses the last one.
"""


def __call__(self, environ, start_response):
    line = STATUS_LINES.get(self.status) or status_line(self.status)
    fields, body = self.fields, self.body
    if self.status in BODILESS:
        start_response(line, without(fields, ("content-type", "content-length")))
        return discard(body)
    if not isinstance(body, (str, bytes)):
        start_response(line, list(fields))
        return discard(body) if environ["REQUEST_METHOD"] == "HEAD" else Stream(body)
    fields = without(fields, ("content-length",))
    start_response(line, [*fields, ("Content-Length", str(len(body)))])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [body.encode() if isinstance(body, str) else body]
