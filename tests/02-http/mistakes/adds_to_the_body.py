"""replaces: http.ChunkedDecoder.decode
caught by: test_6_chunks.py::test_many_small_chunks_take_linear_time

An index walks through the data, as it should; but `decoded += piece` copies all that was decoded so far for
each chunk, and a client may send chunks of one byte.
"""


def decode(self, data):
    data = self.held + data
    decoded = b""
    at = 0
    while not self.done and at < len(data):
        if self.missing:
            piece = data[at : at + self.missing]
            decoded += piece
            at += len(piece)
            self.missing -= len(piece)
            self.at_data_end = not self.missing
        elif self.at_data_end:
            crlf = data[at : at + 2]
            if not b"\r\n".startswith(crlf):
                raise ProtocolError(400, "no CRLF after the data")
            if len(crlf) < 2:
                break
            at += 2
            self.at_data_end = False
        else:
            end = data.find(b"\r\n", at)
            if end < 0:
                self.check_length(len(data) - at - 1)
                break
            self.check_length(end - at)
            self.take_line(data[at:end])
            at = end + 2
    self.held = data[at:]
    if self.done:
        self.held, self.rest = b"", self.held
    return decoded
