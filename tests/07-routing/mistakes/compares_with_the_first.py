"""replaces: routing.Router.check
caught by: test_6_conflicts.py::test_a_name_is_compared_with_all_that_have_it

One path may have several handlers of one name, for several methods: comparing with the first of them is
not enough.
"""


def check(self, route):
    for method in route.methods:
        other = self.shapes.get((route.shape, method))
        if other is not None:
            raise RoutingError(f"{route.path} at {route.where}: {other.path} at {other.where}")
    for other in self.names.get(route.name, ())[:1]:
        if other.handler is not route.handler and other.shape != route.shape:
            raise RoutingError(
                f"{route.name}: {route.path} at {route.where}: {other.path} at {other.where}"
            )
