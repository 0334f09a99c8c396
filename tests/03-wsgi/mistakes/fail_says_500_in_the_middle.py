"""replaces: wsgi.ResponseWriter.fail
caught by: test_6_run.py::test_an_error_after_the_head_breaks_off

A 500 in the middle of a body is a part of that body to the client.
"""


def fail(self):
    self.keep_alive = False
    self.status = 500
    response = error_response(500, "the application failed; its log tells why")
    if self.request.method == "HEAD":
        response = response[: response.index(b"\r\n\r\n") + 4]
    self.send(response)
