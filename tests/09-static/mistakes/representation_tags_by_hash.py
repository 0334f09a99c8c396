"""replaces: static.Representation.__init__
caught by: test_2_representation.py::test_each_process_gives_the_same_tag

`hash` makes one number of all three. Of a text it is another number in each process, so that a client that meets another
worker each time, or the same after a restart, is sent the file again.
"""


def __init__(self, path, encoding="", *, varies=False):
    self.file = open(path, "rb")
    status = os.fstat(self.file.fileno())
    self.size = status.st_size
    self.modified = min(status.st_mtime_ns // 1_000_000_000, int(time.time()))
    self.etag = f'"{hash((status.st_mtime_ns, status.st_size, encoding)) % 2**64:x}"'
    self.encoding = encoding
    self.varies = varies
