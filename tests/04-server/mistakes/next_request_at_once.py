"""replaces: server.Server.proceed
caught by: test_4_answer.py::test_pipelined_requests

Parks the client, although its next request is in the buffer already. The poller watches the socket,
in which nothing more will come: the request is answered when the client sends a third one.
"""


def proceed(self, client):
    if client.unsent is not None:
        client.enter(SENDING)
        self.park(client, WRITE)
    elif client.closing:
        self.leave(client)
    else:
        client.enter(IDLE)
        self.park(client, READ)
