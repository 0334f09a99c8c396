"""replaces: static.Pieces.__iter__
caught by: test_5_pieces.py::test_a_block_at_a_time

One `read` for each piece is shorter. A film is larger than the memory.
"""


def __iter__(self):
    for before, start, end in self.pieces:
        if before:
            yield before
        self.file.seek(start)
        if block := self.file.read(end - start):
            yield block
        if len(block) < end - start:
            return
    if self.last:
        yield self.last
