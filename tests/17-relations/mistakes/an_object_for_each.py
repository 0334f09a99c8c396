"""replaces: orm.relations.ForeignKey.fetch
caught by: test_5_at_once.py::test_there_by_fetch

The rows are asked for with a join, which gives one object for each instance, and those without a key are forgotten.
"""


def fetch(self, instances):
    keys = [one.__dict__[self.attribute] for one in instances]
    model = type(instances[0]) if instances else None
    found = []
    for key in keys:
        if key is not None:
            found.append(self.other().objects.get(pk=key))
    for one, other in zip(instances, found, strict=False):
        one.__dict__[self.cache] = other
    return found if model else []
