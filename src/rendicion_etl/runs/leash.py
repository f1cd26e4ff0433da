"""Runs a command that must not outlive who asked for it: when standard input ends, so does all it started.

    python -m rendicion_etl.runs.leash COMMAND...

Whoever starts it holds the other end of the pipe, which the system closes however that process ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    """Run the command in a group of processes of its own; its exit code."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, lambda *_: None)  # the command hears it too, and is waited for
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_until_let_go, daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _until_let_go() -> None:
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
