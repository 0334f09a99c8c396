"""The restaurant of chapter 1: the door is open, and every guest gets the same greeting."""

import os
import threading
import time

from bistro.sockets import BistroError, Connection, accept, listen

PATIENCE = 10.0
"""Seconds that a guest has for the first words and for taking the greeting."""
LONGEST = 65_536
"""Bytes of first words that are listened to."""

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bistro</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f6efe4;
         color: #3a2a20; font: 1.1rem/1.6 Georgia, serif; }
  main { max-width: 26rem; margin: 1rem; padding: 2rem 2.5rem; text-align: center;
         background: #fffdf8; border: 1px solid #d9c6a9; border-top: 10px solid #9c2f2f; }
  h1 { margin: 0; font-size: 2.4rem; letter-spacing: .08em; color: #9c2f2f; }
  small { color: #6d5a4b; }
</style>
<main>
  <h1>Bistro</h1>
  <p>Good evening, and welcome.</p>
  <p>The door is open. The kitchen is not: there is no menu yet, and whatever you ask for,
     this greeting is what you get.</p>
  <small>Served over a socket, by code of yours.</small>
</main>
</html>
"""

GREETING = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"Connection: close\r\n"
    b"\r\n" + PAGE.encode()
)


def greet(guest: Connection) -> None:
    """Hear the guest out, up to the first empty line, and answer with the greeting."""
    guest.deadline = time.monotonic() + PATIENCE
    try:
        words = guest.read_until(b"\r\n\r\n", LONGEST)
        print(guest.peer, "says", words.split(b"\r\n")[0])
        guest.send(GREETING)
        guest.close()
    except BistroError as error:
        print(guest.peer, "is sent away:", error)
        guest.abort()


def main() -> None:
    """Let guests in until Ctrl-C."""
    with listen("127.0.0.1", int(os.environ.get("PORT", "8000"))) as door:
        door.settimeout(1)  # Windows notices Ctrl-C only between two waits.
        print(f"The door is open: http://127.0.0.1:{door.getsockname()[1]}/", flush=True)
        while True:
            try:
                guest = accept(door)
            except TimeoutError:
                continue
            threading.Thread(target=greet, args=(guest,), daemon=True).start()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("The door is closed.")
