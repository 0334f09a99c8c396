"""replaces: app.run_wsgi
caught by: test_6_mounts.py::test_a_body_is_not_read

Joining the body is simple, and start_response has been called by then for sure; but a download is
in memory whole, and a stream is none.
"""


def run_wsgi(application, environ):
    head, first = [], []

    def start_response(line, fields, exc_info=None):
        head[:] = [line, fields]
        return first.append

    body = application(environ, start_response)
    try:
        first.extend(body)
    finally:
        discard(body)
    if not head:
        raise RuntimeError(f"{application!r} did not call start_response")
    return Relayed(head[0], head[1], first)
