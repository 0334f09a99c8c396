"""replaces: request.quality_of
caught by: test_3_accept.py::test_nothing_fits

The highest quality of all ranges that fit: `text/html;q=0, */*` would allow what it rules out.
"""


def quality_of(type_, ranges):
    parts = [part.strip(" \t") for part in type_.lower().split(";")]
    main = parts[0].partition("/")[0]
    fitting = {";".join(parts), parts[0], f"{main}/*", "*/*"}
    return max([quality for range_, quality in ranges if range_ in fitting], default=0.0)
