"""replaces: app.run_wsgi
caught by: test_6_mounts.py::test_a_generator_may_be_an_application

Most applications call start_response before they return. Generators don't: nothing of them runs
before the first piece.
"""


def run_wsgi(application, environ):
    head, first = [], []

    def start_response(line, fields, exc_info=None):
        head[:] = [line, fields]
        return first.append

    body = application(environ, start_response)
    if not head:
        discard(body)
        raise RuntimeError(f"{application!r} did not call start_response")
    return Relayed(head[0], head[1], Resumed(first, body, body) if first else body)
