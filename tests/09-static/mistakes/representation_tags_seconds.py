"""replaces: static.Representation.__init__
caught by: test_2_representation.py::test_another_tag_after_each_modification

The tag is made of the date that is sent anyway. Two changes in one second are the same then.
"""


def __init__(self, path, encoding="", *, varies=False):
    self.file = open(path, "rb")
    status = os.fstat(self.file.fileno())
    self.size = status.st_size
    self.modified = min(status.st_mtime_ns // 1_000_000_000, int(time.time()))
    self.etag = f'"{self.modified:x}-{status.st_size:x}{encoding}"'
    self.encoding = encoding
    self.varies = varies
