"""replaces: sockets.listen
caught by: test_1_listen.py::test_a_port_just_left_can_be_taken_again

It listens, on a free port too; only a server that is started again within a minute fails.
"""


def listen(host, port, *, backlog=BACKLOG):
    if not 0 <= port <= 65_535:
        raise ListenError(f"cannot listen on {host} port {port}")
    listener = socket.socket()
    try:
        listener.bind((host, port))
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise ListenError(f"cannot listen on {host} port {port}: {error}") from error
    return listener
