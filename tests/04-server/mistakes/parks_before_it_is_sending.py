"""replaces: server.Server.proceed
caught by: test_4_answer.py::test_phase_before_parking

Parks the client, and then notes what it is at. The ticket is dated with the patience for the phase
before, and another thread may work on the client already, whose phase is changed under its hands.
"""


def proceed(self, client):
    if client.unsent is not None:
        self.park(client, WRITE)
        client.enter(SENDING)
    elif client.closing and client.parting and not client.buffer:
        self.release(client)
    elif client.closing:
        self.leave(client)
    elif client.buffer:
        client.enter(IDLE)
        self.ready.append(client)
    else:
        self.park(client, READ)
        client.enter(IDLE)
