"""replaces: server.supervise
caught by: test_7_stop.py::test_workers_run_until_the_signal

Passes the signal on, but does not remember it: the workers end, and are replaced, for ever.
"""


def supervise(serve_here, workers, listener):
    children = set()

    def stop():
        listener.close()
        for child in children:
            os.kill(child, signal.SIGTERM)

    with on_signals(stop):
        while True:
            while len(children) < workers:
                start_worker(serve_here, children)
            child, status = os.wait()
            children.discard(child)
            log.error("worker %d ended with status %d", child, status)
            time.sleep(RESTART_PAUSE)
