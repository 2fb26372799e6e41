"""A machine-learning backend for Label Studio on this machine: python docs/label_studio_backend.py [MODEL [PORT]]."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.errors import InputError
from pipeline.jobs.answer_tasks import answer_tasks
from pipeline.labeller import Labeller


def make_server(model: str, port: int) -> ThreadingHTTPServer:
    """Open the backend; any free port for 0."""
    labeller = Labeller(model)

    class Backend(BaseHTTPRequestHandler):
        """Answers what Label Studio asks: `GET /health`, `POST /setup`, `POST /predict`."""

        def do_GET(self) -> None:
            self._answer({"status": "UP", "model_class": "taawun"})

        def do_POST(self) -> None:
            try:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}")
                self._answer(answer_tasks(request, labeller) if self.path == "/predict" else {"model_version": model})
            except (ValueError, TypeError, InputError) as error:
                self._answer({"detail": str(error)}, status=400)

        def _answer(self, content: object, status: int = 200) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("127.0.0.1", port), Backend)


if __name__ == "__main__":
    chosen, at = [*sys.argv[1:], *["models/cooperation", "9090"][len(sys.argv) - 1 :]][:2]
    with make_server(chosen, int(at)) as server:
        print(f"http://127.0.0.1:{server.server_port}")
        server.serve_forever()
