"""replaces: wsgi.ResponseWriter.begin
caught by: test_4_framing.py::test_http_1_0_knows_no_chunks

HTTP/1.0 is easily forgotten: its clients would show the sizes of the chunks as text.
"""


def begin(self, length):
    if not self.head:
        raise ApplicationError("the application sent data before it called start_response")
    self.head_sent = True
    extra = b"" if self.dated else current_date()
    if self.remaining is None and not self.bodiless:
        if length is not None:
            self.remaining = length
            extra += b"Content-Length: %d\r\n" % length
        else:
            self.chunked = True
            extra += b"Transfer-Encoding: chunked\r\n"
    if not self.keep_alive:
        extra += b"Connection: close\r\n"
    elif self.request.version == "HTTP/1.0":
        extra += b"Connection: keep-alive\r\n"
    return self.head[:-2] + extra + b"\r\n"
