"""replaces: server.Server.proceed
caught by: test_4_answer.py::test_nothing_after_the_last_request

Closes the socket after the last answer. If the client is still sending, the operating system resets
the connection, and the end of the answer may be lost.
"""


def proceed(self, client):
    if client.unsent is not None:
        client.enter(SENDING)
        self.park(client, WRITE)
    elif client.closing:
        self.release(client)
    elif client.buffer:
        client.enter(IDLE)
        self.ready.append(client)
    else:
        client.enter(IDLE)
        self.park(client, READ)
