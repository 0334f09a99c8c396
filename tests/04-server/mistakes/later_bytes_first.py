"""replaces: server.Client.transmit
caught by: test_3_unsent.py::test_answers_stay_in_order

Sends first and keeps what does not go out, without looking whether something older is unsent. As
soon as the client has made room, later bytes overtake earlier ones.
"""


def transmit(self, data):
    try:
        self.send(data)
    except BlockingIOError as error:
        self.keep(data[error.characters_written :])
