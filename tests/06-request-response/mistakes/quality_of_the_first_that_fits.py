"""replaces: request.quality_of
caught by: test_3_accept.py::test_the_most_specific_range_counts

In the order of the field, `*/*` in front hides all that follows.
"""


def quality_of(type_, ranges):
    parts = [part.strip(" \t") for part in type_.lower().split(";")]
    main = parts[0].partition("/")[0]
    for range_, quality in ranges:
        if range_ in (";".join(parts), parts[0], f"{main}/*", "*/*"):
            return quality
    return 0.0
