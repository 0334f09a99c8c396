"""replaces: orm.models.Model.save
caught by: test_6_save.py::test_one_statement

To ask first whether the row is there is careful, a statement more, and out of date when the answer comes.
"""


def save(self, *, force_insert=False, update_fields=None):
    options = self.options
    db = default_database()
    if update_fields is not None:
        names = tuple([options.attribute(name) for name in update_fields])
        options.before_save(self, is_new=False)
        if self.pk is None or not options.write(db, self, names):
            raise self.DoesNotExist(f"there is no row of {self!r} to write to")
        return
    there = self.pk is not None and type(self).objects.filter(pk=self.pk).exists()
    options.before_save(self, is_new=not there)
    if there and not force_insert:
        options.write(db, self, options.rest)
    else:
        options.insert(db, self)
