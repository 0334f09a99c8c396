"""replaces: server.Server.park
caught by: test_5_patience.py::test_ticket_is_dated_last

Dates the ticket and arms the poller after that. Between the two, a look at the deadlines may expire
the client and close its socket, and another socket with the same number is armed.
"""


def park(self, client, event):
    ticket = Ticket(client)
    ticket.expires = client.since + client.patience()
    self.parked[client.fd] = ticket
    self.poller.arm(client, event)
