"""python-tuf's test repository behind HTTP on loopback, and our tool as its client.

Environment: HM_TOOL is the program under test, HM_TUF_SOURCE the unpacked
source distribution of python-tuf.
"""

import os
import subprocess
import sys
import tempfile
import threading
import unittest
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

sys.path.insert(0, os.environ["HM_TUF_SOURCE"])

from tests.repository_simulator import RepositorySimulator  # noqa: E402
from tuf.api.exceptions import DownloadHTTPError  # noqa: E402
from tuf.api.metadata import Metadata  # noqa: E402

TOOL = os.environ["HM_TOOL"]
TOP_LEVEL = {"root", "timestamp", "snapshot", "targets"}


class Simulator(RepositorySimulator):
    """Answers paths; a test may put other bytes in the place of a file."""

    def __init__(self):
        super().__init__()
        self.replaced = {}

    def answer(self, path):
        if path in self.replaced:
            return self.replaced[path]
        if path.startswith("/targets/"):
            # Its own reading of the address knows no "?" or "#" in names.
            folder, slash, name = unquote(path.removeprefix("/targets/")).rpartition("/")
            digest = None
            if self.root.consistent_snapshot:
                digest, _, name = name.partition(".")
            return self.fetch_target(f"{folder}{slash}{name}", digest)
        return b"".join(self._fetch(f"http://simulator{path}"))

    def publish(self, *changed):
        """A new version of these roles, the snapshot and the timestamp."""
        for role in changed:
            self.delegator(role).version += 1
        self.update_snapshot()

    def delegator(self, role):
        return self.targets if role == "targets" else self.md_delegates[role].signed


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        try:
            body = self.server.simulator.answer(self.path)
        except (DownloadHTTPError, ValueError) as error:
            self.send_error(404, type(error).__name__)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            # The client has read as much as it wants.
            pass

    def log_message(self, *_):
        pass


class Case(unittest.TestCase):
    """A repository of its own and an initialised client for every test."""

    def setUp(self):
        self.sim = Simulator()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.simulator = self.sim
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.metadata = self.folder / "metadata"
        self.targets = self.folder / "targets"
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.error = ""

    def run_tool(self, *arguments, days=0):
        command = [TOOL, "tuf", "--metadata-dir", str(self.metadata), *arguments]
        if days:
            later = self.sim.safe_expiry + timedelta(days=days - 30)
            command = ["faketime", str(later), *command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.output, self.error = done.stdout, done.stderr
        self.assertIn(done.returncode, (0, 1), self.error)
        return done.returncode == 0

    def init(self, root=None):
        path = self.folder / "first.root.json"
        path.write_bytes(root or self.sim.signed_roots[0])
        return self.run_tool("init", str(path))

    def refresh(self, days=0):
        self.sim.fetch_tracker.metadata.clear()
        return self.run_tool("--metadata-url", f"{self.base}/metadata/", "refresh", days=days)

    def download(self, *names, days=0):
        self.sim.fetch_tracker.metadata.clear()
        self.sim.fetch_tracker.targets.clear()
        wanted = [word for name in names for word in ("--target-name", name)]
        return self.run_tool(
            *("--metadata-url", f"{self.base}/metadata"),
            *("--target-base-url", f"{self.base}/targets"),
            *("--target-dir", str(self.targets)),
            *wanted,
            "download",
            days=days,
        )

    def accepted(self, done):
        self.assertTrue(done, self.error)

    def refused(self, done, reason):
        self.assertFalse(done, "it was accepted")
        self.assertIn(reason, self.error)

    def asked(self):
        """Roles and versions asked for, without those every update asks for."""
        return [entry for entry in self.sim.fetch_tracker.metadata if entry[0] not in TOP_LEVEL]

    def trusted(self):
        """Version of every trusted role, each read by python-tuf."""
        return {
            path.name.removesuffix(".json"): Metadata.from_file(str(path)).signed.version
            for path in self.metadata.glob("*.json")
        }

    def downloaded(self):
        files = self.targets.iterdir() if self.targets.exists() else []
        return {path.name: path.read_bytes() for path in files}
