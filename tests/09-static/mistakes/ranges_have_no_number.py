"""replaces: static.wanted_ranges
caught by: test_4_ranges.py::test_a_bomb_of_ranges

The sum is limited already. A thousand ranges with nothing in them cost a look at each all the same.
"""


def wanted_ranges(request, found):
    unit, _, text = (request.headers.get("Range") or "").partition("=")
    specs = [spec for spec in (part.strip(" \t") for part in text.split(",")) if spec]
    if unit.lower() != "bytes" or not 0 < len(specs) or not found.size:
        return None
    ranges = []
    for spec in specs:
        match = RANGE.fullmatch(spec)
        if match is None or spec == "-":
            return None
        first, last = match.groups()
        if first and last and int(last) < int(first):
            return None
        start = int(first) if first else max(0, found.size - int(last))
        end = min(int(last) + 1, found.size) if first and last else found.size
        if start < end:
            ranges.append((start, end))
    if len(ranges) > 1 and sum(end - start for start, end in ranges) > found.size:
        return None
    return ranges if range_applies(request, found) else None
