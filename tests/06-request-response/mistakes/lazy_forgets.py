"""replaces: request.lazy.__get__
caught by: test_1_lazy.py::test_the_method_is_called_once

A property: it is called at each look, and `request.body` is empty at the second.
"""


def __get__(self, instance, owner=None):
    if instance is None:
        return self
    return self.method(instance)
