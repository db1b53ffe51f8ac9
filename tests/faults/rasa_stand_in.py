#!/usr/bin/env python3
"""A small server that speaks Rasa's REST channel, started by the service in place of Rasa's interpreter.

The service calls it exactly as it calls Rasa's Python (``-m dialogue.train``, ``-m dialogue.serve``), supervises and
restarts it. It answers every message with the words it heard and writes down what it heard, in order. Only the
standard library: it must start at once after each kill.
"""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HEARD = os.environ.get("ANSINH_STAND_IN_HEARD", "")
SECONDS = float(os.environ.get("ANSINH_STAND_IN_SECONDS", "0.02"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({"status": "ok"})

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open(HEARD, "a", encoding="utf-8") as heard:
            heard.write(json.dumps([call["sender"], call["message"]], ensure_ascii=False) + "\n")
        time.sleep(SECONDS)
        self._answer([{"recipient_id": call["sender"], "text": f"nghe: {call['message']}"}])

    def _answer(self, value: object) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main(arguments: list[str]) -> None:
    if "dialogue.train" in arguments:
        model = Path(arguments[arguments.index("--out") + 1]) / "stand-in.tar.gz"
        model.parent.mkdir(parents=True, exist_ok=True)
        model.touch()
        print(model)
        return
    port = int(arguments[arguments.index("--port") + 1])
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
