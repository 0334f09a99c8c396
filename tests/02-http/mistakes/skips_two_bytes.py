"""replaces: http.ChunkedDecoder.decode
caught by: test_6_chunks.py::test_data_is_followed_by_crlf

The two bytes after a chunk's data are always CRLF, so they can be skipped unseen. What a sender puts
there instead is then invisible here, and read elsewhere.
"""


def decode(self, data):
    data = self.held + data
    decoded = []
    at = 0
    while not self.done and at < len(data):
        if self.missing:
            piece = data[at : at + self.missing]
            decoded.append(piece)
            at += len(piece)
            self.missing -= len(piece)
            self.at_data_end = not self.missing
            continue
        if self.at_data_end:
            if len(data) - at < 2:
                break
            at += 2
            self.at_data_end = False
            continue
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
    return b"".join(decoded)
