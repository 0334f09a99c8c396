"""replaces: app.App.dispatch
caught by: test_4_dispatch.py::test_a_converter_that_fails_is_500

match says that it raises HTTPError; what a converter raises that somebody else wrote, it does not
say.
"""


def dispatch(self, request):
    environ = request.environ
    path = decode_path(environ.get("PATH_INFO") or "/")
    host = environ.get("HTTP_HOST", "")
    try:
        route, parameters = self.match(environ["REQUEST_METHOD"], path, host)
    except SlashMissing:
        return self.redirect_to_slash(request, path)
    except HTTPError as error:
        if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
            return Response(b"", 204, error.headers)
        return self.failed(request, error, self.routers_at(path, host))
    request.route = route
    request.parameters = parameters
    return route.call(request)
