"""replaces: request.parse_accept
caught by: test_3_accept.py::test_other_parameters_belong_to_the_range

Without its parameters `text/html;level=1;q=0.3` speaks for all of HTML.
"""


def parse_accept(value):
    ranges = []
    for element in value.lower().split(","):
        range_, *parameters = [part.strip(" \t") for part in element.split(";")]
        quality = next((part[2:] for part in parameters if part[:2] == "q="), "1")
        if range_ and QUALITY.fullmatch(quality):
            ranges.append((range_, float(quality)))
    return ranges
