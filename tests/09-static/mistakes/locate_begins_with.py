"""replaces: static.StaticFiles.locate
caught by: test_1_locate.py::test_a_sibling_whose_name_begins_alike

The path begins with the directory's, so it must be in it. `/srv/static-secret` begins with `/srv/static`.
"""


def locate(self, name):
    parts = name.split("/")
    for part in parts:
        if not part.strip(". ") or not FORBIDDEN.isdisjoint(part) or DEVICE.match(part):
            raise HTTPError(404)
    try:
        path = os.path.realpath(os.path.join(self.root, *parts))
    except ValueError:
        raise HTTPError(404) from None
    if not path.startswith(self.root) or not os.path.isfile(path):
        raise HTTPError(404)
    return path
