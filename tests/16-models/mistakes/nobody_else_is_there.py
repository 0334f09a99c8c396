"""replaces: orm.queryset.QuerySet.get_or_create
caught by: test_7_many.py::test_somebody_else_was_first

It was not there a moment ago.
"""


def get_or_create(self, defaults=None, **lookups):
    try:
        return self.get(**lookups), False
    except DoesNotExist:
        pass
    key = self.options.key.name
    values = {key if name == "pk" else name: one for name, one in lookups.items() if "__" not in name}
    with default_database().transaction():
        return self.create(**values, **(defaults or {})), True
