"""replaces: response.Response.__call__
caught by: test_6_send.py::test_a_body_that_is_not_sent_is_closed

For HEAD the stream is dropped, and with it an open file or a database cursor.
"""


def __call__(self, environ, start_response):
    line = STATUS_LINES.get(self.status) or status_line(self.status)
    fields, body = self.fields, self.body
    if isinstance(body, str):
        body = body.encode()
    if self.status in BODILESS:
        start_response(line, without(fields, ("content-type", "content-length")))
        return []
    if isinstance(body, bytes):
        fields = [*without(fields, ("content-length",)), ("Content-Length", str(len(body)))]
        body = [body]
    else:
        fields, body = list(fields), Stream(body)
    start_response(line, fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else body
