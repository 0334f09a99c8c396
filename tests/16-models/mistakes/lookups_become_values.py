"""replaces: orm.queryset.QuerySet.get_or_create
caught by: test_7_many.py::test_lookups_are_no_values

What was looked for is what is made: also `price__gt=50`.
"""


def get_or_create(self, defaults=None, **lookups):
    try:
        return self.get(**lookups), False
    except DoesNotExist:
        pass
    try:
        with default_database().transaction():
            return self.create(**lookups, **(defaults or {})), True
    except IntegrityError as error:
        try:
            return self.get(**lookups), False
        except DoesNotExist:
            raise error from None
