"""replaces: form_fields.FileField.clean
caught by: test_3_offers.py::test_the_end_of_a_files_name

`".png" in name` is true for plan.png.exe as well.
"""


def clean(self, values):
    if not values:
        if self.required:
            raise self.error("required")
        return None
    upload = values[0]
    if len(upload.filename) > MAX_FILENAME:
        raise self.error("filename")
    if self.extensions and not any(end in upload.filename.lower() for end in self.extensions):
        raise self.error("invalid_extension", ", ".join(self.extensions))
    kind = upload.content_type.partition(";")[0].strip().lower()
    if self.content_types and kind not in self.content_types:
        raise self.error("invalid_type")
    if not upload.size:
        raise self.error("empty")
    if upload.size > self.max_size:
        raise self.error("max_size", self.max_size)
    self.run_validators(upload)
    return upload
