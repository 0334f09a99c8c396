"""replaces: static.StaticFiles.answer
caught by: test_7_answer.py::test_a_compressed_file

What is sent is a `.gz`, so its type is gzip. But that is its coding; its type is what comes out.
"""


def answer(self, request, path, found):
    if is_outdated(request, found):
        raise HTTPError(412)
    headers = {
        "ETag": found.etag,
        "Last-Modified": format_date(found.modified),
        "Cache-Control": self.cache_control(request, path),
    }
    if found.varies:
        headers["Vary"] = "Accept-Encoding"
    if is_fresh(request, found.etag, found.modified):
        found.file.close()
        return Response(b"", 304, headers)
    headers |= {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if found.encoding:
        headers["Content-Encoding"] = found.encoding
    type_ = content_type(path + ENCODINGS.get(found.encoding, ""))
    ranges = wanted_ranges(request, found)
    if ranges is None:
        return FileResponse(found.file, [(b"", 0, found.size)], 200, headers, type_)
    if not ranges:
        raise HTTPError(416, headers={"Content-Range": f"bytes */{found.size}"})
    if len(ranges) > 1:
        return multipart_response(found, ranges, headers, type_)
    start, end = ranges[0]
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    return FileResponse(found.file, [(b"", start, end)], 206, headers, type_)
