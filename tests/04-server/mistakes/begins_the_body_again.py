"""replaces: server.Client.read_request
caught by: test_2_body.py::test_byte_by_byte

The head is kept between two calls, the body is not: it begins again whenever more of it has come,
and what came before is lost. A body that arrives in one piece never shows it.
"""


def read_request(self):
    if self.head is None:
        self.head = self.read_head()
    self.body = self.begin_body(self.head)
    try:
        self.read_body(self.body)
    except BlockingIOError:
        if self.phase != BODY:
            self.enter(BODY)
        raise
    length = self.body.tell()
    self.body.seek(0)
    head, self.head = self.head, None
    return head, self.body, length
