"""replaces: server.Client.read_body
caught by: test_2_body.py::test_rest_comes_with_the_next_request

Takes all that has come, because a body that is there as a whole was taken by `open_body` already. The
rest of one that was not may come together with the next request, which becomes part of it.
"""


def read_body(self, body):
    while self.missing > 0 or (self.decoder and not self.decoder.done):
        data = self.read_some(RECEIVE_SIZE)
        if not data:
            raise Disconnected("the stream ended in the middle of a body")
        self.received += len(data)
        if self.decoder:
            data = self.decoder.decode(data)
            self.buffer[:0] = self.decoder.rest
            if body.tell() + len(data) > self.limits.body:
                raise ProtocolError(413, "the body is too large")
        else:
            self.missing -= len(data)
        body.write(data)
