"""replaces: routing.find_or_add
caught by: test_3_trie.py::test_names_do_not_matter

`is`: a node for each parameter that was ever written down. All is found, at the price of trying as
many nodes as there are routes.
"""


def find_or_add(entries, pattern, make):
    for other, entry in entries:
        if other is pattern:
            return entry
    made = make()
    entries.append((pattern, made))
    entries.sort(key=lambda entry: entry[0].order)
    return made
