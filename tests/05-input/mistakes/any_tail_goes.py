"""replaces: multipart.MultipartParser.take_boundary
caught by: test_6_parts.py::test_after_a_boundary

Two dashes are the end, so everything else must be another part.
"""


def take_boundary(self, data, at, events):
    end = at + len(self.delimiter)
    if not self.delimiter.startswith(data[at:end]):
        raise ProtocolError(400, "not the boundary")
    tail = data[end : end + 2]
    if len(tail) < 2:
        return at
    if self.parts:
        events.append(None)
    if tail == b"--":
        self.state = ENDED
        return end + 2
    self.parts += 1
    if self.parts > self.max_parts:
        raise ProtocolError(413, "too many parts")
    self.state = IN_HEAD
    return end + 2
