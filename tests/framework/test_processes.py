"""The server in processes of its own: stopping, several workers, one that dies, the command."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.framework.conftest import FRAMEWORK, ask, wait_until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

PID_APP = """
import os, time

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.5)
    if environ["PATH_INFO"] == "/busy":
        end = time.monotonic() + 0.01
        while time.monotonic() < end:
            pass
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


def test_the_command_says_where_it_listens_and_ends_with_0_at_sigterm(run_module):
    address, process = run_module(PID_APP)
    assert ask(address) == str(process.pid).encode()
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0


def test_sigint_ends_it_without_a_traceback(run_module):
    address, process = run_module(PID_APP)
    ask(address)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    assert process.stderr.read() == ""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_open_request_is_finished_when_the_server_stops(run_module, workers):
    address, process = run_module(PID_APP, "--workers", workers)
    answers = []
    client = threading.Thread(target=lambda: answers.append(ask(address, "/slow")))
    client.start()
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    client.join(5)
    assert answers[0].isdigit()
    assert process.wait(5) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_under_load_loses_no_request_that_was_accepted(run_module, workers):
    address, process = run_module(PID_APP, "--workers", workers)
    lost, answered, stopping = [], [], threading.Event()

    def visit_again_and_again():
        """Ask over one connection until it closes; a request without an answer is lost."""
        connection = http.client.HTTPConnection(*address, timeout=5)
        connection.connect()
        while True:
            try:
                connection.request("GET", "/")
                response = connection.getresponse()
                answered.append(response.read())
            except (OSError, http.client.HTTPException) as error:
                lost.append(repr(error))
                return
            if response.getheader("connection") == "close":
                return

    visitors = [threading.Thread(target=visit_again_and_again) for _ in range(16)]
    for visitor in visitors:
        visitor.start()
    wait_until(lambda: len(answered) > 200)
    stopping.set()
    process.send_signal(signal.SIGTERM)
    for visitor in visitors:
        visitor.join(10)
    assert process.wait(5) == 0
    assert lost == []


def at_once(call):
    """Return what 16 calls at the same time return: more than one busy process can accept."""
    with ThreadPoolExecutor(16) as pool:
        return [future.result() for future in [pool.submit(call) for _ in range(16)]]


def test_workers_share_the_port_and_one_that_dies_is_replaced(run_module):
    address, process = run_module(PID_APP, "--workers", "2")

    def workers():
        return set(at_once(lambda: ask(address, "/busy")))

    wait_until(lambda: len(workers()) == 2)
    before = workers()
    os.kill(int(min(before)), signal.SIGKILL)
    wait_until(lambda: len(workers() - {min(before)}) == 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0


def test_a_worker_that_is_killed_loses_no_request_of_the_others(run_module):
    address, _ = run_module(PID_APP, "--workers", "2")

    def connect():
        connection = http.client.HTTPConnection(*address, timeout=5)
        connection.request("GET", "/busy")
        return connection.getresponse().read(), connection

    workers = {}

    def both_are_known():
        for worker, connection in at_once(connect):
            workers.setdefault(worker, []).append(connection)
        return len(workers) == 2

    wait_until(both_are_known)
    killed, other = sorted(workers)
    os.kill(int(killed), signal.SIGKILL)
    for connection in workers[other] * 5:
        connection.request("GET", "/")
        assert connection.getresponse().read() == other
    for _ in range(20):
        assert ask(address) != killed


def test_a_signal_just_before_a_worker_is_forked_lets_it_end_quietly(monkeypatch):
    from bistro import server  # not above: the plugin has to put bistro in place

    start_worker, wait, statuses = server.start_worker, os.wait, []

    def start_late(serve_here, children):
        os.kill(os.getpid(), signal.SIGTERM)
        start_worker(serve_here, children)

    def note_status():
        child, status = wait()
        statuses.append(status)
        return child, status

    monkeypatch.setattr(server, "start_worker", start_late)
    monkeypatch.setattr(server.os, "wait", note_status)
    server.serve(lambda environ, start_response: [], port=0, workers=2)
    assert statuses == [0]


def test_a_second_server_on_the_same_port_says_that_it_is_taken(run_module, tmp_path):
    (_, port), _ = run_module(PID_APP)
    second = subprocess.run(
        [sys.executable, "-m", "bistro", "serve", "site_module:app", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert second.returncode == 2
    assert f"port {port}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "MODULE:APP"),
        (["nowhere:app"], "no module 'nowhere'"),
        (["os:nothing"], "os has no 'nothing'"),
        (["os:sep"], "can't be called"),
        (["os:getpid", "--port", "x"], "whole number"),
        (["os:getpid", "--threads", "0"], "whole number"),
        (["os:getpid", "--port", "70000"], "port"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(tmp_path, arguments, says):
    ended = subprocess.run(
        [sys.executable, "-m", "bistro", "serve", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(FRAMEWORK)},
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_access_log_has_a_line_for_each_request(run_module):
    address, process = run_module(PID_APP, "--access-log")
    ask(address, "/menu?day=1")
    process.send_signal(signal.SIGTERM)
    process.wait(5)
    assert '127.0.0.1 "GET /menu?day=1 HTTP/1.1" 200 ' in process.stderr.read()


def test_reload_starts_again_when_the_module_changes(run_module, tmp_path):
    source = (
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'%s']"
    )
    address, process = run_module(source % "old", "--reload")
    assert ask(address) == b"old"
    (tmp_path / "site_module.py").write_text(source % "newer")
    line = process.stderr.readline() + process.stderr.readline()
    port = int(line.rstrip("/\n").rpartition(":")[2])
    assert ask(("127.0.0.1", port)) == b"newer"
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    with pytest.raises(ConnectionRefusedError):
        ask(("127.0.0.1", port))


def test_the_framework_installs_without_a_dependency(tmp_path):
    target = tmp_path / "installed"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
            "--target", str(target), str(copy_of_framework(tmp_path)),
        ],
        check=True, timeout=60,
    )  # fmt: skip
    (metadata,) = target.glob("bistro-*.dist-info/METADATA")
    required = re.findall("^Requires-Dist: (.*)", metadata.read_text(), re.MULTILINE)
    assert all("; extra ==" in one for one in required), "what is needed only when it is asked for"
    modules = {path.relative_to(FRAMEWORK) for path in (FRAMEWORK / "bistro").rglob("*.py")}
    assert modules == {path.relative_to(target) for path in (target / "bistro").rglob("*.py")}
    shown = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = [{str(target)!r}]\n"
         "import bistro.server; print(bistro.server.__file__)"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert Path(shown.strip()).parent.parent == target


def copy_of_framework(folder):
    """Copy the framework's folder, so that building leaves nothing in it."""
    import shutil

    ignored = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    return shutil.copytree(FRAMEWORK, folder / "framework", ignore=ignored)
