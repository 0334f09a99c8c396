"""replaces: app.App.dispatch
caught by: test_4_dispatch.py::test_a_mounted_router_answers_for_its_own_errors

An unknown path has no route, and so no router: as in Flask, where a blueprint has no 404 of its
own.
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
        return self.failed(request, error, (self,))
    request.route = route
    request.parameters = parameters
    return route.call(request)
