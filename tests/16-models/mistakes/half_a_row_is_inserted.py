"""replaces: orm.models.Model.save
caught by: test_6_save.py::test_some_fields_of_no_row

When nothing was written, a row is inserted: also where only one field was to be written.
"""


def save(self, *, force_insert=False, update_fields=None):
    options = self.options
    db = default_database()
    if not force_insert and self.pk is not None:
        options.before_save(self, is_new=False)
        names = options.rest
        if update_fields is not None:
            names = tuple([options.attribute(name) for name in update_fields])
        if options.write(db, self, names):
            return
    options.before_save(self, is_new=True)
    options.insert(db, self)
