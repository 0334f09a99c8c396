"""replaces: multipart.parse_multipart
caught by: test_7_uploads.py::test_a_field_without_end

The size of a field is known when it is whole, so it is checked then: when it has taken the memory.
"""


def parse_multipart(
    stream,
    boundary,
    length=None,
    *,
    max_parts=MAX_PARTS,
    max_headers=MAX_HEADERS,
    max_header_line=MAX_HEADER_LINE,
    max_form_size=MAX_FORM_SIZE,
    max_size=MAX_SIZE,
):
    parser = MultipartParser(
        boundary, max_parts=max_parts, max_headers=max_headers, max_header_line=max_header_line
    )
    form, files = MultiDict(), MultiDict()
    left = max_form_size
    try:
        for event in read_events(parser, stream, length, max_size):
            if isinstance(event, Part):
                part, pieces = event, []
                if part.filename is not None:
                    upload = Upload(part.filename, part.content_type)
                    files.add(part.name, upload)
            elif part.filename is not None:
                upload.file.seek(0) if event is None else upload.write(event)
            elif event is not None:
                pieces.append(event)
            else:
                value = b"".join(pieces)
                left -= len(value)
                if left < 0:
                    raise ProtocolError(413, "the fields are too large")
                form.add(part.name, value.decode("utf-8", "replace"))
    except BaseException:
        for _, upload in files.items(multi=True):
            upload.close()
        raise
    return form, files
