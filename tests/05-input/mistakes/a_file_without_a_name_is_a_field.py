"""replaces: multipart.parse_multipart
caught by: test_7_uploads.py::test_no_file_was_chosen

`if event.filename` asks whether it is a file. Where no file was chosen the name is empty, and a field appears
that the form does not have.
"""


def parse_multipart(
    stream, boundary, length=None, *, max_parts=128, max_headers=8, max_header_line=4224,
    max_form_size=1048576, max_size=134217728,
):  # fmt: skip
    parser = MultipartParser(
        boundary, max_parts=max_parts, max_headers=max_headers, max_header_line=max_header_line
    )
    form, files, in_memory, upload = MultiDict(), MultiDict(), 0, None
    try:
        for event in read_events(parser, stream, length, max_size):
            if isinstance(event, Part):
                name, value, upload = event.name, [], None
                if event.filename:
                    upload = Upload(event.filename, event.content_type)
                    files.add(name, upload)
            elif upload is not None and event is not None:
                upload.write(event)
            elif upload is not None:
                upload.file.seek(0)
            elif event is not None:
                in_memory += len(event)
                if in_memory > max_form_size:
                    raise ProtocolError(413, "too much")
                value.append(event)
            else:
                form.add(name, b"".join(value).decode("utf-8", "replace"))
    except BaseException:
        for _, uploads in files.lists():
            for one in uploads:
                one.close()
        raise
    return form, files
