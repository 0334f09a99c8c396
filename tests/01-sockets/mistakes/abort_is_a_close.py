"""replaces: sockets.Connection.abort
caught by: test_6_half_close.py::test_the_peer_sees_a_reset

A plain close ends the stream with a FIN: the peer takes half an answer for a whole one.
"""


def abort(self):
    self.socket.close()
