"""replaces: routing.find_below
caught by: test_4_find.py::test_a_tail_is_tried_after_text

The parameters are tried after the text, as they should be; the tails only where there is no text.
"""


def find_below(node, segments, depth, method, values, allowed):
    segment = segments[depth]
    tries = [(node.static[segment], ())] if segment in node.static else []
    for pattern, child in node.dynamic if segment else ():
        read = pattern.read(segment)
        if read is not None:
            tries.append((child, read))
    for child, read in tries:
        found = find(child, segments, depth + 1, method, values + read, allowed)
        if found is not None:
            return found
    if tries:
        return None
    return find_tail(node, "/".join(segments[depth:]), method, values, allowed)
