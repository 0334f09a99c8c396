"""replaces: routing.find_below
caught by: test_4_find.py::test_values_of_a_way_back_are_forgotten

`values += read` looks like the same, and carries what was read on one way over to the next.
"""


def find_below(node, segments, depth, method, values, allowed):
    segment = segments[depth]
    child = node.static.get(segment)
    if child is not None:
        found = find(child, segments, depth + 1, method, values, allowed)
        if found is not None:
            return found
    if segment:
        for pattern, child in node.dynamic:
            read = pattern.read(segment)
            if read is not None:
                values += read
                found = find(child, segments, depth + 1, method, values, allowed)
                if found is not None:
                    return found
    if node.tails:
        return find_tail(node, "/".join(segments[depth:]), method, values, allowed)
    return None
