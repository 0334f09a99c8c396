"""replaces: templates.rendering.in_chunks
caught by: test_7_pages.py::test_a_chunk_is_not_late

One more piece is fetched before a chunk that is long enough is given.
"""


def in_chunks(pieces):
    kept = []
    size = 0
    for piece in pieces:
        if size >= CHUNK:
            yield "".join(kept)
            kept, size = [], 0
        kept.append(piece)
        size += len(piece)
    if size:
        yield "".join(kept)
