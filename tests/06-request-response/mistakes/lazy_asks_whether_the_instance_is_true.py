"""replaces: request.lazy.__get__
caught by: test_1_lazy.py::test_an_instance_may_be_empty

"Without an instance" written as `not instance`: an object with a length of 0 gives the descriptor.
"""


def __get__(self, instance, owner=None):
    if not instance:
        return self
    value = instance.__dict__[self.name] = self.method(instance)
    return value
