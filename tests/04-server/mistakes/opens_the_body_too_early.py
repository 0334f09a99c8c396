"""replaces: server.Client.begin_body
caught by: test_2_body.py::test_body_that_is_there_already

Opens the file first and sets `missing` and `received` after that, which seems to be the same. A body
that was in the buffer already is then waited for once more, although the client has sent it.
"""


def begin_body(self, head):
    length = http.body_length(head.version, head.fields)
    if length > self.limits.body:
        raise ProtocolError(413, f"a body has at most {self.limits.body} bytes here")
    expected = head.fields.get("expect")
    if expected is not None and head.version == "HTTP/1.1":
        if expected.lower() != "100-continue":
            raise ProtocolError(417, "the only expectation met here is 100-continue")
        if length and not self.buffer:
            self.transmit(http.CONTINUE)
    body = self.open_body(length)
    self.missing = max(0, length)
    self.received = 0
    self.decoder = http.ChunkedDecoder() if length == http.CHUNKED else None
    return body
