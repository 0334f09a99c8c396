"""replaces: request.parse_accept
caught by: test_3_accept.py::test_a_quality_that_is_none_leaves_the_range_out

float() takes nan, inf, signs, underscores and the digits of every script.
"""


def parse_accept(value):
    ranges = []
    for element in value.lower().split(","):
        range_, *parameters = [part.strip(" \t") for part in element.split(";")]
        quality = 1.0
        for parameter in parameters:
            if parameter[:2] == "q=":
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    range_ = ""
                break
            if parameter:
                range_ += ";" + parameter
        if range_:
            ranges.append((range_, quality))
    return ranges
