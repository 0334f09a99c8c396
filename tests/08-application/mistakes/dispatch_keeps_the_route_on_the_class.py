"""replaces: app.App.dispatch
caught by: test_4_dispatch.py::test_the_request_knows_its_route

`route` and `parameters` are attributes of the class, so that is where they are set: then all
requests, of all threads, have those of the last one.
"""


def dispatch(self, request):
    environ = request.environ
    path = decode_path(environ.get("PATH_INFO") or "/")
    host = environ.get("HTTP_HOST", "")
    try:
        route, parameters = self.match(environ["REQUEST_METHOD"], path, host)
    except SlashMissing:
        return self.redirect_to_slash(request, path)
    except Exception as error:
        if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
            return Response(b"", 204, error.headers)
        return self.failed(request, error, self.routers_at(path, host))
    self.request_class.route = route
    self.request_class.parameters = parameters
    return route.call(request)
