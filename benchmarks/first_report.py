"""How long a newcomer waits: from a bare clone to the first report answered over HTTP, with processes and memory.

It clones this checkout's last commit into a temporary folder, runs `make demo` there as the README says, and sends one
report to the API as soon as the server listens. Printed: seconds, the server's processes and their resident memory.
Whether the package cache was cold is said in the result: pass `--cold` through GONGZHI_BENCH_COLD=1 to make it so.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
GOAL_S, GOAL_PROCESSES, GOAL_MB = 300, 2, 350
PATIENCE_S = 900


def run(*, quick: bool) -> dict[str, Any]:
    """Run it once. `quick` leaves the environment out: it uses this checkout's own `.venv`.

    Raises: RuntimeError when the demo ends or never answers.
    """
    with tempfile.TemporaryDirectory(prefix="gongzhi-first-report-") as folder:
        clone = Path(folder) / "gongzhi"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        if quick:
            (clone / ".venv").symlink_to(ROOT / ".venv")
        return _measured(clone, Path(folder), quick=quick)


def _measured(clone: Path, folder: Path, *, quick: bool) -> dict[str, Any]:
    port = _free_port()
    cold = not quick and os.environ.get("GONGZHI_BENCH_COLD") == "1"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GONGZHI_", "DJANGO_"))}
    environment |= {"GONGZHI_HOME": str(folder / "home")}
    if cold:
        environment |= {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    command = [sys.executable, "-m", "gongzhi", "demo"] if quick else ["make", "demo"]
    if quick:
        command += ["--port", str(port)]
    else:
        environment["DEMO_PORT"] = str(port)
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        receipt = _first_report(process, port, begun)
        seconds = time.monotonic() - begun
        processes = _serving(process.pid)
        memory_mb = sum(_resident_mb(one) for one in processes)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
    print(f"report {receipt['number']} was answered {seconds:.1f} s after `{' '.join(command[:2])}`")
    cache = "cold" if cold else "as it was"
    print(f"{len(processes)} processes serve, {memory_mb:.0f} MB resident; package cache {cache}")
    return {
        "name": "first-report",
        "figure": round(seconds, 1),
        "unit": "s",
        "goal": GOAL_S,
        "processes": len(processes),
        "processes_goal": GOAL_PROCESSES,
        "resident_mb": round(memory_mb),
        "resident_mb_goal": GOAL_MB,
        "package_cache": cache,
        "environment_made": not quick,
    }


def _first_report(process: subprocess.Popen[bytes], port: int, begun: float) -> dict[str, Any]:
    """Send a report again and again until it is answered."""
    body = json.dumps({"kind": "complaint", "channel": "portal", "text": "路口垃圾桶满了（示例）。"}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    while time.monotonic() - begun < PATIENCE_S:
        if process.poll() is not None:
            raise RuntimeError(f"the demo ended with {process.returncode} before it answered")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", "/api/v1/reports", body=body, headers=headers)
            answer = connection.getresponse()
            told = answer.read()
        except (ConnectionError, TimeoutError):
            time.sleep(0.1)
            continue
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"the report was refused: {answer.status} {told[:500]!r}")
        receipt: dict[str, Any] = json.loads(told)
        return receipt
    raise RuntimeError(f"no answer within {PATIENCE_S} s")


def _serving(leader: int) -> list[int]:
    """Return the processes of the session that are the server (make itself only waits)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            session = int((entry / "stat").read_text().rpartition(")")[2].split()[3])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if session == leader and b"gongzhi.jobs.server" in command:
            found.append(int(entry.name))
    return found


def _resident_mb(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    if shutil.which("make") is None:
        sys.exit("this benchmark runs the README's own command and needs make")
    print(json.dumps(run(quick="--quick" in sys.argv)))
