"""replaces: multipart.parse_multipart
caught by: test_7_uploads.py::test_a_character_in_two_pieces

Text is decoded as it comes. A character whose bytes came in two pieces is then two broken ones.
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
                name, text, upload = event.name, "", None
                if event.filename is not None:
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
                text += event.decode("utf-8", "replace")
            else:
                form.add(name, text)
    except BaseException:
        for _, uploads in files.lists():
            for one in uploads:
                one.close()
        raise
    return form, files
