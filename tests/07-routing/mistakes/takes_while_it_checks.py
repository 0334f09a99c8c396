"""replaces: routing.Router.claim
caught by: test_6_conflicts.py::test_a_conflict_in_one_router_changes_none

One loop instead of two: when the second router refuses, the first has the route already.
"""


def claim(self, routes):
    for router, seen in self.places(routes):
        for route in seen:
            router.check(route)
        router.table = None
        for route in seen:
            router.shapes.update({(route.shape, method): route for method in route.methods})
            router.names.setdefault(route.name, []).append(route)
