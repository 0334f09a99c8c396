"""replaces: routing.Router.url_for
caught by: test_7_urls.py::test_no_value_climbs

The values are looked at instead of the path: behind a text, as in `/.<name>`, `..` climbs nowhere.
"""


def url_for(self, name, /, **parameters):
    routes = self.names.get(name)
    if not routes:
        raise RoutingError(unknown_name(name, self.names))
    fitting = [route for route in routes if route.needs <= parameters.keys()]
    if not fitting:
        missing = ", ".join(sorted(routes[0].needs - parameters.keys()))
        raise RoutingError(f"url_for({name!r}) needs {missing}, for {routes[0].path}")
    route = max(fitting, key=lambda route: len(route.needs))
    for key in route.needs:
        if not {".", ".."}.isdisjoint(str(parameters[key]).split("/")):
            raise RoutingError(f"url_for({name!r}): {key} would lead elsewhere")
    try:
        path = write(route.segments, parameters)
        host = write_host(route.host, parameters)
    except (TypeError, ValueError) as error:
        raise RoutingError(f"url_for({name!r}): {error}") from error
    if path.startswith("//"):
        raise RoutingError(f"url_for({name!r}): {path!r} would lead elsewhere")
    query = {
        key: value
        for key, value in parameters.items()
        if key not in route.needs and value is not None
    }
    return host + path + (f"?{urlencode(query, doseq=True)}" if query else "")
