"""python3 -m course: checks the Python, sets up what the course needs, then runs the command.

This file is also read by Pythons far too old for the course, so that it can tell them so: no new
syntax here.
"""

import subprocess
import sys

OLDEST = (3, 11)
NEWER = ["python3.14", "python3.13", "python3.12", "python3.11"]


def main() -> int:
    if sys.version_info[:2] < OLDEST:
        sys.stderr.write(too_old() + "\n")
        return 2
    from course import setup

    code = setup.ready(sys.argv[1:])
    if code is not None:
        return code
    from course import cli

    return cli.main()


def too_old() -> str:
    """One sentence for a Python that is too old, naming a newer one if the machine has it."""
    found = "Bistro needs Python 3.11 or newer, and this is {}.{}: ".format(*sys.version_info[:2])
    for name in NEWER:
        if starts(name):
            return found + "run `" + name + " -m course` instead."
    return found + "install a newer one (https://www.python.org/downloads/), then run this again."


def starts(name: str) -> bool:
    """Whether a Python of that name is there and works."""
    try:
        code = subprocess.call(  # noqa: S603  the names are ours
            [name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
