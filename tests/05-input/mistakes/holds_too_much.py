"""replaces: multipart.MultipartParser.take_data
caught by: test_6_parts.py::test_content_is_returned_at_once

Holding back as many bytes as a delimiter has is always safe. But content that is certain waits with them.
"""


def take_data(self, data, at, events):
    end = data.find(self.delimiter, at)
    if end >= 0:
        self.state = AT_BOUNDARY
    else:
        end = max(at, len(data) - len(self.delimiter) + 1)
    if end > at:
        events.append(data[at:end])
    return end
