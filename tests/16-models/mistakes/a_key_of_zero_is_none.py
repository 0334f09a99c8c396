"""replaces: orm.models.Model.save
caught by: test_6_save.py::test_a_key_of_nothing

Whether there is a key is asked by its truth, so that row 0 is inserted a second time.
"""


def save(self, *, force_insert=False, update_fields=None):
    options = self.options
    db = default_database()
    if update_fields is not None:
        names = tuple(options.attribute(name) for name in update_fields)
        options.before_save(self, is_new=False)
        if not options.write(db, self, names):
            raise self.DoesNotExist(f"there is no row of {self!r} to write to")
        return
    if self.pk and not force_insert:
        options.before_save(self, is_new=False)
        if options.write(db, self, options.rest):
            return
    options.before_save(self, is_new=True)
    options.insert(db, self)
