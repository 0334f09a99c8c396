"""replaces: routing.Route.behind
caught by: test_6_conflicts.py::test_a_host_makes_another_path

The mount's host is left out: a router for one host answers for all of them.
"""


def behind(self, mount, router):
    return Route(
        mount.path + self.path,
        mount.segments + self.segments,
        self.methods,
        self.handler,
        f"{mount.name}.{self.name}" if mount.name else self.name,
        routers=(router, *self.routers),
        where=self.where,
        host=self.host,
        is_mount=self.is_mount,
    )
