"""replaces: http.ChunkedDecoder.decode
caught by: test_6_chunks.py::test_wherever_it_is_cut

On a fast network each `recv` brings whole lines, so nothing seems to be lost when the rest of the data is
thrown away. One day a line comes in two pieces.
"""


def decode(self, data):
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
            if not b"\r\n".startswith(data[at : at + 2]):
                raise ProtocolError(400, "no CRLF")
            at += 2
            self.at_data_end = False
            continue
        end = data.find(b"\r\n", at)
        if end < 0:
            break
        self.check_length(end - at)
        self.take_line(data[at:end])
        at = end + 2
    if self.done:
        self.rest = data[at:]
    return b"".join(decoded)
