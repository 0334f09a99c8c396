"""replaces: server.Client.read_body
caught by: test_2_body.py::test_in_chunks

What the decoder left over behind the last chunk is dropped. Each request alone is read right, and
only a client that pipelines loses the beginning of its next one.
"""


def read_body(self, body):
    while self.missing or (self.decoder and not self.decoder.done):
        data = self.read_some(self.missing or RECEIVE_SIZE)
        if not data:
            raise Disconnected("the stream ended in the middle of a body")
        self.received += len(data)
        if self.decoder:
            data = self.decoder.decode(data)
            if body.tell() + len(data) > self.limits.body:
                raise ProtocolError(413, "the body is too large")
        else:
            self.missing -= len(data)
        body.write(data)
