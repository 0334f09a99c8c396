"""replaces: app.App.dispatch
caught by: test_4_dispatch.py::test_what_is_no_host_fails_nothing

`request.host` is shorter than a look into the environ, but it raises for what is no host: in the
handling of the error, too, from where it gets past everything.
"""


def dispatch(self, request):
    try:
        route, parameters = self.match(request.method, request.path, request.host)
    except SlashMissing:
        return self.redirect_to_slash(request, request.path)
    except Exception as error:
        if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
            return Response(b"", 204, error.headers)
        return self.failed(request, error, self.routers_at(request.path, request.host))
    request.route = route
    request.parameters = parameters
    return route.call(request)
