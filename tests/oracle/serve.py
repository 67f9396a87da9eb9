"""A local endpoint that answers as Duo does, over HTTP and HTTPS on 127.0.0.1.

Reads one line of JSON from standard input: {"keys": {ikey: skey}}.
Prints one line of JSON: {"http": port, "https": port, "ca": file}. Ends with its input.
"""

import json
import os
import ssl
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

import duo


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Duo-like"
    # A response is two small writes, which Nagle's algorithm would hold back.
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # As it arrived: self.path has lost a second slash at the start.
        method, target, _ = self.requestline.split(" ")
        try:
            version, digest = duo.verify(
                method, target, self.headers.items(), body, self.server.keys, time.time()
            )
        except duo.Refused as refused:
            self.reply(401, {"code": refused.code, "message": str(refused), "stat": "FAIL"})
        else:
            signed = {"signature_version": version, "digest": digest}
            if target.startswith("/admin/v2/logs/"):
                signed |= {"authlogs": [{"txid": "0000-txid"}], "metadata": {"total_objects": 1}}
            self.reply(200, {"stat": "OK", "response": signed})

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # Clients that hang up, or speak HTTP where HTTPS is.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    config = json.loads(sys.stdin.readline())
    authority = trustme.CA()
    directory = tempfile.mkdtemp(prefix="duo-sign-")
    ca = os.path.join(directory, "ca.pem")
    authority.cert_pem.write_to_path(ca)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)

    ports = {}
    for scheme in ("http", "https"):
        server = Server(("127.0.0.1", 0), Handler)
        server.keys = config["keys"]
        if scheme == "https":
            server.socket = context.wrap_socket(
                server.socket,
                server_side=True,
                # In the connection's own thread, not in the one that accepts.
                do_handshake_on_connect=False,
            )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports[scheme] = server.server_address[1]
    print(json.dumps({**ports, "ca": ca}), flush=True)
    try:
        sys.stdin.read()
    finally:
        os.remove(ca)
        os.rmdir(directory)


main()
