"""replaces: multipart.MultipartParser.take_data
caught by: test_6_parts.py::test_cut_anywhere

What is not followed by a boundary is content. A boundary that is cut in two is then never found.
"""


def take_data(self, data, at, events):
    end = data.find(self.delimiter, at)
    if end >= 0:
        self.state = AT_BOUNDARY
    else:
        end = len(data)
    if end > at:
        events.append(data[at:end])
    return end
