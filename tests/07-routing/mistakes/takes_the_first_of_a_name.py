"""replaces: routing.Router.url_for
caught by: test_7_urls.py::test_the_route_that_uses_most_of_the_values

One name, one route: as long as nobody gives a handler two paths.
"""


def url_for(self, name, /, **parameters):
    routes = self.names.get(name)
    if not routes:
        raise RoutingError(unknown_name(name, self.names))
    route = routes[0]
    missing = route.needs - parameters.keys()
    if missing:
        raise RoutingError(f"url_for({name!r}) needs {', '.join(sorted(missing))}, for {route.path}")
    try:
        path = write(route.segments, parameters)
        host = write_host(route.host, parameters)
    except (TypeError, ValueError) as error:
        raise RoutingError(f"url_for({name!r}): {error}") from error
    if path.startswith("//") or not {".", ".."}.isdisjoint(path.split("/")):
        raise RoutingError(f"url_for({name!r}): {path!r} would lead elsewhere")
    query = {
        key: value
        for key, value in parameters.items()
        if key not in route.needs and value is not None
    }
    return host + path + (f"?{urlencode(query, doseq=True)}" if query else "")
