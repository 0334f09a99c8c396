"""python3 -m course: checks the Python, sets up what the course needs, then runs the command.

This file is also read by Pythons far too old for the course, so that it can tell them so: no new
syntax here.
"""

import os
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
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            if os.access(folder + os.sep + name, os.X_OK):
                return found + "run `" + name + " -m course` instead."
    return found + "install a newer one (https://www.python.org/downloads/), then run this again."


if __name__ == "__main__":
    sys.exit(main())
