"""replaces: wsgi.ResponseWriter.finish
caught by: test_5_sending.py::test_a_short_body_ends_the_connection

The last chunk is thought of, the body that ends too early is not: the client hangs.
"""


def finish(self, body=b""):
    head = b"" if self.head_sent else self.begin(len(body))
    end = head + self.frame(body)
    if self.chunked:
        end += LAST_CHUNK
    self.remaining = 0
    if end:
        self.send(end)
