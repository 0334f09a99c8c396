"""replaces: http.ChunkedDecoder.decode
caught by: test_6_chunks.py::test_many_small_chunks_take_linear_time

Cutting the front off the data after each line is easier to write than an index. It copies all the rest
each time: twice the data, four times the work.
"""


def decode(self, data):
    data = self.held + data
    body = b""
    while not self.done and data:
        if self.missing:
            piece, data = data[: self.missing], data[self.missing :]
            body += piece
            self.missing -= len(piece)
            self.at_data_end = not self.missing
            continue
        if self.at_data_end:
            if not b"\r\n".startswith(data[:2]):
                raise ProtocolError(400, "no CRLF")
            if len(data) < 2:
                break
            data = data[2:]
            self.at_data_end = False
            continue
        line, end, behind = data.partition(b"\r\n")
        if not end:
            self.check_length(len(data) - 1)
            break
        self.check_length(len(line))
        self.take_line(line)
        data = behind
    self.held = data
    if self.done:
        self.held, self.rest = b"", self.held
    return body
