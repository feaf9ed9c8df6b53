"""Reads a repository that we built with python-tuf's client, and says what it found.

Arguments: the folder of the repository (`metadata/` and `targets/`), the root
file to start from, a folder for the client, then paths of targets. For every
target it prints its path and the SHA-256 of what was downloaded.
"""

import functools
import hashlib
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tuf.ngclient import Updater


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main():
    repository, root, folder, *names = sys.argv[1:]
    handler = functools.partial(Quiet, directory=repository)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    metadata, targets = Path(folder, "metadata"), Path(folder, "targets")
    for path in (metadata, targets):
        path.mkdir(parents=True, exist_ok=True)
    updater = Updater(
        metadata_dir=str(metadata),
        metadata_base_url=f"{base}/metadata/",
        target_dir=str(targets),
        target_base_url=f"{base}/targets/",
        bootstrap=Path(root).read_bytes(),
    )
    updater.refresh()
    for name in names:
        info = updater.get_targetinfo(name)
        if info is None:
            raise SystemExit(f"python-tuf does not find {name}")
        path = Path(updater.download_target(info))
        print(name, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
