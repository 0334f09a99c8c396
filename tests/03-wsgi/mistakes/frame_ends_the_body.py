"""replaces: wsgi.ResponseWriter.frame
caught by: test_4_framing.py::test_an_empty_chunk_is_never_made

A chunk for each piece, also for an empty one, which is how chunks say that the body is over.
"""


def frame(self, data):
    if self.bodiless:
        return b""
    if self.remaining is not None:
        if len(data) > self.remaining:
            log.warning("%s: the body is longer than declared", self.request.target)
            data = data[: self.remaining]
        self.remaining -= len(data)
    self.size += len(data)
    return b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data
