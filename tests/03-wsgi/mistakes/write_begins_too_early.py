"""replaces: wsgi.ResponseWriter.write
caught by: test_5_sending.py::test_an_empty_piece_sends_nothing

The head goes out with the first piece, even an empty one: then no 500 can be sent any more.
"""


def write(self, data):
    if not isinstance(data, bytes):
        raise ApplicationError(f"a body is made of bytes, not of {type(data).__name__}")
    head = b"" if self.head_sent else self.begin(None)
    if framed := head + self.frame(data):
        self.send(framed)
