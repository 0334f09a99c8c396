"""replaces: routing.write
caught by: test_7_urls.py::test_text_is_quoted_as_values_are

Values come from elsewhere and are quoted; the path is our own text. But our own text has umlauts.
"""


def write(segments, parameters):
    path = ""
    for segment in segments:
        path += "/"
        for part in segment:
            path += part if isinstance(part, str) else part.write(parameters[part.name])
    return path
