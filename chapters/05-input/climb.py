"""Break it: a guest uploads a picture whose name climbs out of the folder for pictures.

The same request goes to two kitchens. Both save it under the name that the guest gave. One takes
the name as it was sent, with a pattern; the other is given it by your code.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from bistro.multipart import parse_multipart

BODY = (
    b"--wall\r\n"
    b'Content-Disposition: form-data; name="photo"; filename="../menu.txt"\r\n'
    b"Content-Type: image/jpeg\r\n"
    b"\r\n"
    b"Everything is free tonight.\r\n"
    b"--wall--\r\n"
)


def save_loosely(pictures: Path) -> None:
    """Find the name with a pattern, as many tutorials do."""
    head, _, rest = BODY.partition(b"\r\n\r\n")
    name = re.search(rb'filename="([^"]*)"', head)[1].decode()
    (pictures / name).write_bytes(rest.partition(b"\r\n--wall")[0])


def save_reduced(pictures: Path) -> None:
    """Take the name that is left of it."""
    _, files = parse_multipart(io.BytesIO(BODY), "wall", len(BODY))
    upload = files["photo"]
    upload.save(pictures / upload.filename)


if __name__ == "__main__":
    for save in (save_loosely, save_reduced):
        with tempfile.TemporaryDirectory() as folder:
            menu, pictures = Path(folder, "menu.txt"), Path(folder, "pictures")
            menu.write_text("Leek tart 11, trout 19.", "utf-8")
            pictures.mkdir()
            save(pictures)
            print(f"{save.__name__}:")
            print("    the menu says:", menu.read_text("utf-8"))
            print("    in the folder:", ", ".join(path.name for path in pictures.iterdir()) or "-")
