"""What Duo's Python clients make of requests.

Reads one JSON object a line: {"ikey", "skey", "host", "method", "path", "date", "version",
"digest", "params": an object, "headers": an object}. Prints one JSON object a line: {"duo_client":
{"canonical", "authorization", "body"}, "duo_hmac": the same for version 5 with X-Duo-Date}.
"""

import email.utils
import hashlib
import json
import sys

from duo_client import client
from duo_hmac import duo_hmac, duo_canonicalize, duo_hmac_utils


class Recorder(client.Client):
    """The whole client, up to the connection."""

    def _make_request(self, method, uri, body, headers):
        self.sent = (method, uri, body, {k.decode(): v.decode() for k, v in headers.items()})
        return None, None


class Date:
    def __init__(self, text):
        self.text = text

    def get_rfc_2822_date_string(self):
        return self.text


def listed(params):
    """Both clients take bare booleans and integers only within a list."""
    return {k: v if isinstance(v, (str, list)) else [v] for k, v in params.items()}


def by_duo_client(case):
    # duo_client compares the method as it is typed; duo_hmac in upper case, which is right.
    method = case["method"].upper()
    in_body = method in ("POST", "PUT", "PATCH")
    hashes_body = case["version"] >= 4
    params = case["params"] if in_body and hashes_body else listed(case["params"])
    recorder = Recorder(
        case["ikey"],
        case["skey"],
        case["host"],
        sig_version=case["version"],
        digestmod=getattr(hashlib, case["digest"]),
    )
    email.utils.formatdate = lambda: case["date"]
    canonical = []
    original = client.canonicalize

    def record(*args, **kwargs):
        canonical.append(original(*args, **kwargs))
        return canonical[-1]

    client.canonicalize = record
    try:
        recorder.api_call(method, case["path"], params, case["headers"])
    finally:
        client.canonicalize = original
    body = recorder.sent[2]
    return {
        "canonical": canonical[0],
        "authorization": recorder.sent[3]["Authorization"],
        "body": body if hashes_body else None,
    }


def by_duo_hmac(case):
    signer = duo_hmac.DuoHmac(case["ikey"], case["skey"], case["host"], Date(case["date"]))
    in_body = case["method"].upper() in ("POST", "PUT", "PATCH")
    params = case["params"] if in_body else listed(case["params"])
    _, body, headers = signer.get_authentication_components(
        case["method"], case["path"], params, case["headers"]
    )
    query, _ = duo_hmac_utils.prepare_parameters(params, in_body)
    canonical = duo_canonicalize.generate_canonical_string(
        case["date"],
        case["method"],
        case["host"],
        case["path"],
        query,
        body,
        duo_hmac_utils.extract_x_duo_headers(headers),
    )
    return {"canonical": canonical, "authorization": headers["Authorization"], "body": body}


for line in sys.stdin:
    case = json.loads(line)
    result = {"duo_client": by_duo_client(case)}
    if case["version"] == 5:
        result["duo_hmac"] = by_duo_hmac(case)
    print(json.dumps(result))
