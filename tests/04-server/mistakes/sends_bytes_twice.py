"""replaces: server.Client.flush
caught by: test_3_unsent.py::test_taken_in_part

When the client takes a part of a piece, that part does not count, and goes out once more with the
next flush. A client that takes whole pieces never sees it.
"""


def flush(self):
    while self.unsent is not None:
        self.unsent.seek(self.unsent_from)
        data = self.unsent.read(RECEIVE_SIZE)
        if not data:
            self.unsent.close()
            self.unsent = None
            return
        try:
            self.send(data)
        except BlockingIOError as error:
            error.characters_written = 0
            raise
        self.unsent_from += len(data)
