"""replaces: multipart.MultipartParser.take_data
caught by: test_6_parts.py::test_content_that_looks_like_a_boundary

Without `at` the search for a CR goes back into what was taken before: the CRLF that ended the head and the
content's first bytes look like a beginning, and the parser goes back.
"""


def take_data(self, data, at, events):
    end = data.find(self.delimiter, at)
    if end >= 0:
        self.state = AT_BOUNDARY
    else:
        end = data.rfind(b"\r", max(0, len(data) - len(self.delimiter)))
        if end < 0 or not self.delimiter.startswith(data[end:]):
            end = len(data)
    if end > at:
        events.append(data[at:end])
    return end
