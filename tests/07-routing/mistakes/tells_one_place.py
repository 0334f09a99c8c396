"""replaces: routing.Router.check
caught by: test_6_conflicts.py::test_both_places_are_told

The traceback shows where the second one is, so the message tells the first. But the traceback of a
decorator in a module imported by another one is long, and a mount's shows the mount alone.
"""


def check(self, route):
    for method in route.methods:
        other = self.shapes.get((route.shape, method))
        if other is not None:
            raise RoutingError(
                f"{method} {route.path} is answered already, by {other.path} at {other.where}"
            )
    for other in self.names.get(route.name, ()):
        if other.handler is not route.handler and other.shape != route.shape:
            raise RoutingError(
                f"the name {route.name!r} of {route.path} is taken, by {other.path} at {other.where}"
            )
