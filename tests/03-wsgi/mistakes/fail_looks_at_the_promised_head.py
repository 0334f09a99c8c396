"""replaces: wsgi.ResponseWriter.fail
caught by: test_6_run.py::test_an_error_after_a_promise_of_no_body

`bodiless` is about the response that failed; whether the 500 has a body depends on the request.
"""


def fail(self):
    self.keep_alive = False
    if self.head_sent:
        self.cut = self.remaining is None and not self.chunked and not self.bodiless
        self.remaining = 0
        return
    self.head_sent = True
    self.remaining = 0
    self.status = 500
    response = error_response(500, "the application failed; its log tells why")
    if self.bodiless:
        response = response[: response.index(b"\r\n\r\n") + 4]
    self.send(response)
