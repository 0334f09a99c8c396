"""replaces: multipart.last_component
caught by: test_5_part_heads.py::test_the_last_component

`os.path.basename` knows the separator of the system that it runs on, not that of the guest's.
"""


def last_component(filename):
    import posixpath

    name = posixpath.basename("".join(filter(str.isprintable, filename)))
    return "" if name in (".", "..") else name
