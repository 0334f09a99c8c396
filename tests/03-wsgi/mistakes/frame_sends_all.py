"""replaces: wsgi.ResponseWriter.frame
caught by: test_4_framing.py::test_never_more_than_declared

The application's length is believed, and its body sent as it is: the rest is the next response.
"""


def frame(self, data):
    if self.bodiless:
        return b""
    self.size += len(data)
    if self.chunked:
        return encode_chunk(data)
    if self.remaining is not None:
        self.remaining -= len(data)
    return data
