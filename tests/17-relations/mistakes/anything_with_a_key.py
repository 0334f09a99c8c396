"""replaces: orm.relations.ForeignKey.__set__
caught by: test_3_forward.py::test_an_instance_of_another_model

Whatever has a `pk` is taken. The number of a dish leads to some table.
"""


def __set__(self, instance, value):
    values = instance.__dict__
    values[self.attribute] = key = key_of(value)
    values[self.cache] = value
    values[self.waiting] = value if key is None else None
