"""replaces: static.Pieces.__iter__
caught by: test_5_pieces.py::test_a_file_that_has_become_shorter

As long as bytes are missing, read. A file that has become shorter never brings them.
"""


def __iter__(self):
    for before, start, end in self.pieces:
        if before:
            yield before
        self.file.seek(start)
        while start < end and (block := self.file.read(min(BLOCK, end - start))):
            start += len(block)
            yield block
    if self.last:
        yield self.last
