"""replaces: sockets.listen
caught by: test_1_listen.py::test_no_socket_is_left_open

The error is translated, and the socket that was made before it is forgotten.
"""


def listen(host, port, *, backlog=BACKLOG):
    if not 0 <= port <= 65_535:
        raise ListenError(f"cannot listen on {host} port {port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, kind, protocol)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except (OSError, UnicodeError) as error:
        raise ListenError(f"cannot listen on {host} port {port}: {error}") from error
    return listener
