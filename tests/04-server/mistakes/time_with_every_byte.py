"""replaces: server.Client.read_head
caught by: test_1_head.py::test_dribbling_gains_no_time

The phase is entered whenever a part of the head is there, which reads as if it were the same. But
entering a phase begins its time: a client that sends a byte a second is never out of time, and this
is the very attack that the phase is for.
"""


def read_head(self):
    try:
        data = self.read_until(b"\r\n\r\n", http.MAX_HEAD)
    except BlockingIOError:
        if self.buffer:
            self.enter(HEAD)
        raise
    except TooLong:
        if b"\r\n" not in self.buffer[: http.MAX_REQUEST_LINE + 2]:
            raise ProtocolError(414, "the request line does not end") from None
        raise ProtocolError(431, f"the head has more than {http.MAX_HEAD} bytes") from None
    return http.parse_request_head(data.removeprefix(b"\r\n"))
