"""The pages as a real process serves them."""

import os
import re
import signal
import socket
import subprocess
import sys

import httpx2

from desk import Desk


def test_the_desk_is_served_at_the_address_that_is_printed_until_ctrl_c(desk: Desk) -> None:
    desk.ok("article", "add", desk.page())
    desk.ok("issue", "compose", "weekly", "--slot", "2026-W47")
    command = [sys.executable, "-m", "newsletter", "serve", "--port", str(_free_port())]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        command, cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout is not None
    found = re.search(r"http://\S+", server.stdout.readline())
    assert found is not None
    assert "Ferry fares rise" in httpx2.get(found.group(), timeout=20, trust_env=False).text
    server.send_signal(signal.SIGINT)
    _, complaints = server.communicate(timeout=20)
    assert "Traceback" not in complaints


def test_a_port_that_is_taken_is_said(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "choose another --port" in desk.refused("serve", "--port", str(taken.getsockname()[1]))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
