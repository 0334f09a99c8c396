"""replaces: routing.find_or_add
caught by: test_3_trie.py::test_the_narrowest_is_tried_first

Without the order, what was registered first wins, and moving a function in a file changes the site.
"""


def find_or_add(entries, pattern, make):
    for other, entry in entries:
        if other.key == pattern.key:
            return entry
    made = make()
    entries.append((pattern, made))
    return made
