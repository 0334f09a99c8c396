"""replaces: http.ChunkedDecoder.take_line
caught by: test_6_chunks.py::test_broken_bodies

A line that still has a CR looks like a slip of our own, so it is cleaned up. It came from the client: whoever
is in front may have ended the line there.
"""


def take_line(self, line):
    line = line.strip(b"\r")
    if self.trailer_lines is None:
        self.missing = parse_chunk_size(line)
        if not self.missing:
            self.trailer_lines = []
    elif line:
        self.trailer_lines.append(line)
        if len(self.trailer_lines) > MAX_FIELDS:
            raise ProtocolError(431, "too many trailers")
    else:
        self.trailers = parse_trailers(self.trailer_lines)
        self.done = True
