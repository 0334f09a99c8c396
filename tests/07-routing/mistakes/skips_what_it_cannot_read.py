"""replaces: converters.parse_path
caught by: test_1_paths.py::test_brackets_are_for_parameters

`finditer` is shorter than the loop, and jumps over what matches nothing: a typing error in a path
becomes another path.
"""


def parse_path(path, converters):
    if not path.startswith("/") or path.startswith("//"):
        raise RoutingError(f"a path begins with one slash: {path!r}")
    segments = []
    names = set()
    for match in PART.finditer(path):
        name = match["name"]
        if name in names:
            raise RoutingError(f"{path!r} has two parameters {name!r}")
        if name:
            names.add(name)
            segments[-1].append(make_parameter(path, match, converters))
        elif match["text"]:
            segments[-1].append(match["text"])
        else:
            segments.append([])
    return segments
