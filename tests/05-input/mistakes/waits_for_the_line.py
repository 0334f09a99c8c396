"""replaces: multipart.MultipartParser.take_header
caught by: test_6_parts.py::test_a_header_line_that_is_too_long

The length of a line is checked when it is there. One that never ends is kept for ever.
"""


def take_header(self, data, at, events):
    end = data.find(b"\r\n", at)
    if end < 0:
        return at
    if end - at > self.max_header_line:
        raise ProtocolError(413, "too long")
    if end > at:
        self.lines.append(data[at:end])
        if len(self.lines) > self.max_headers:
            raise ProtocolError(413, "too many headers")
    else:
        events.append(parse_part_head(self.lines))
        self.lines = []
        self.state = IN_DATA
    return end + 2
