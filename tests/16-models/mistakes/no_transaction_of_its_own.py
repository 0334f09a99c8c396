"""replaces: orm.queryset.QuerySet.get_or_create
caught by: test_7_many.py::test_the_transaction_around_goes_on

Without one around it all is well. Within one, the failed insert breaks that.
"""


def get_or_create(self, defaults=None, **lookups):
    try:
        return self.get(**lookups), False
    except DoesNotExist:
        pass
    key = self.options.key.name
    values = {key if name == "pk" else name: one for name, one in lookups.items() if "__" not in name}
    try:
        return self.create(**values, **(defaults or {})), True
    except IntegrityError as error:
        try:
            return self.get(**lookups), False
        except DoesNotExist:
            raise error from None
