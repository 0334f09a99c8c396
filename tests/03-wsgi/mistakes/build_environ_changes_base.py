"""replaces: wsgi.build_environ
caught by: test_2_environ.py::test_each_environ_is_new

Forgetting the copy: each request leaves its fields to the next.
"""


def build_environ(base, head, body, length, peer):
    environ = base
    path, query, host = split_target(head.target)
    environ["REQUEST_METHOD"] = head.method
    environ["PATH_INFO"] = path
    environ["QUERY_STRING"] = query
    environ["SERVER_PROTOCOL"] = head.version
    environ["REMOTE_ADDR"] = peer
    environ["wsgi.input"] = body
    for name, value in head.fields.items():
        key = variable(name)
        if key:
            environ[key] = value
    if length:
        environ["CONTENT_LENGTH"] = str(length)
    if host:
        environ["HTTP_HOST"] = host
    return environ
