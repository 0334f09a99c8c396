"""replaces: static.Representation.__init__
caught by: test_2_representation.py::test_what_was_opened_is_what_is_told

First look, then open: in between another file may have been put there, and the length is that of the old one.
"""


def __init__(self, path, encoding="", *, varies=False):
    self.file = open(path, "rb")
    status = os.stat(path)
    self.size = status.st_size
    self.modified = min(status.st_mtime_ns // 1_000_000_000, int(time.time()))
    self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}{encoding}"'
    self.encoding = encoding
    self.varies = varies
