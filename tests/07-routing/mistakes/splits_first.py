"""replaces: converters.parse_path
caught by: test_1_paths.py::test_arguments_go_to_the_converter

Splitting at the slashes first is the obvious way, until a converter's argument has one in it.
"""


def parse_path(path, converters):
    if not path.startswith("/") or path.startswith("//"):
        raise RoutingError(f"a path begins with one slash: {path!r}")
    segments = []
    names = set()
    for text in path[1:].split("/"):
        segment = []
        at = 0
        while at < len(text):
            match = PART.match(text, at)
            if match is None:
                raise RoutingError(f"{path!r}: a parameter is <name> or <converter:name>")
            at = match.end()
            name = match["name"]
            if name in names:
                raise RoutingError(f"{path!r} has two parameters {name!r}")
            if name:
                names.add(name)
                segment.append(make_parameter(path, match, converters))
            else:
                segment.append(match["text"])
        segments.append(segment)
    return segments
