"""replaces: app.run_wsgi
caught by: test_6_mounts.py::test_a_body_is_begun_once

A generator goes on where it was left, and so this seems right; any other body begins anew for a
second `for`, and its first piece is sent twice.
"""


def run_wsgi(application, environ):
    head, first = [], []
    returned = False

    def start_response(line, fields, exc_info=None):
        if returned:
            raise (exc_info and exc_info[1]) or RuntimeError("too late")
        head[:] = [line, fields]
        return write

    def write(data):
        if returned:
            raise RuntimeError("too late")
        first.append(data)

    body = application(environ, start_response)
    try:
        if not head:
            first.extend(islice(body, 1))
        if not head:
            raise RuntimeError("start_response was not called")
        response = Relayed(head[0], head[1], Resumed(first, body, body) if first else body)
    except BaseException:
        discard(body)
        raise
    returned = True
    return response
