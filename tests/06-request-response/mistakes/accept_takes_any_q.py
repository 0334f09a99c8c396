"""replaces: request.parse_accept
caught by: test_3_accept.py::test_other_parameters_belong_to_the_range

Whatever begins with a q is taken for the quality.
"""


def parse_accept(value):
    ranges = []
    for element in value.lower().split(","):
        range_, *parameters = [part.strip(" \t") for part in element.split(";")]
        quality = "1"
        for parameter in parameters:
            if parameter.startswith("q"):
                quality = parameter.partition("=")[2]
                break
            if parameter:
                range_ += ";" + parameter
        if range_ and QUALITY.fullmatch(quality):
            ranges.append((range_, float(quality)))
    return ranges
