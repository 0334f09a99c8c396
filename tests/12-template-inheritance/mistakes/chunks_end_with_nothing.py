"""replaces: templates.rendering.in_chunks
caught by: test_7_pages.py::test_no_empty_chunk

The last chunk is given though nothing is left; on some servers an empty one ends the page.
"""


def in_chunks(pieces):
    kept = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield "".join(kept)
            kept, size = [], 0
    yield "".join(kept)
