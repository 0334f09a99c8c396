"""replaces: request.lazy.__get__
caught by: test_1_lazy.py::test_instances_do_not_share

The descriptor is one for the whole class: what it keeps for one request, the next one sees.
"""


def __get__(self, instance, owner=None):
    if instance is None:
        return self
    if not hasattr(self, "value"):
        self.value = self.method(instance)
    return self.value
