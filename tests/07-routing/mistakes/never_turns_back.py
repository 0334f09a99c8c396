"""replaces: routing.find_below
caught by: test_4_find.py::test_a_way_that_ends_nowhere_is_walked_back

Text beats parameters, so where there is text one goes there, and does not come back.
"""


def find_below(node, segments, depth, method, values, allowed):
    segment = segments[depth]
    child = node.static.get(segment)
    if child is not None:
        return find(child, segments, depth + 1, method, values, allowed)
    if segment:
        for pattern, child in node.dynamic:
            read = pattern.read(segment)
            if read is not None:
                found = find(child, segments, depth + 1, method, values + read, allowed)
                if found is not None:
                    return found
    if node.tails:
        return find_tail(node, "/".join(segments[depth:]), method, values, allowed)
    return None
