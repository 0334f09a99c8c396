"""replaces: server.Server.accept_clients
caught by: test_6_door.py::test_left_before_the_door

Treats a client that has left as if nobody were waiting. Those behind it wait until the poller comes
round again, and when the server is stopping they are lost.
"""


def accept_clients(self):
    for _ in range(MAX_ACCEPTS):
        try:
            client = Client(accept(self.listener), self.limits)
        except (BlockingIOError, ConnectionError):
            return False
        except OSError as error:
            log.warning("cannot accept: %s", error)
            self.stop_accepting()
            return False
        self.clients.add(client)
        if len(self.clients) > self.limits.connections:
            self.refuse(client, 503, "all connections are taken")
        else:
            self.enqueue(client)
    return True
