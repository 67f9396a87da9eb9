"""Runs the tests of duo_client or duo_hmac with what they canonicalise and sign replaced by this package.

Called with the folder of the unpacked source, the folder of its tests, and the command of the package's
side, without which nothing is replaced. Prints one JSON object: how often the package was called, and for
each test what became of it.
"""

import hashlib
import json
import os
import subprocess
import sys
import unittest

source, tests, *command = sys.argv[1:]
sys.path.insert(0, source)
os.chdir(source)
calls = 0


def ask(name, argument):
    global calls
    calls += 1
    package.stdin.write(json.dumps([name, argument]) + "\n")
    package.stdin.flush()
    answer = json.loads(package.stdout.readline())
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer["value"]


def texts(params):
    """The clients have names and values as bytes, or as text."""
    plain = lambda it: it.decode() if isinstance(it, bytes) else it
    listed = lambda it: [plain(it)] if isinstance(it, (bytes, str)) else [plain(v) for v in it]
    return {plain(name): listed(values) for name, values in (params or {}).items()}


def replace_duo_client():
    from duo_client import client

    def request(method, host, uri, params, date, sig_version, body, additional_headers):
        return {
            "method": method, "host": host, "path": uri, "params": texts(params),
            # Version 1 signs none.
            "date": "Thu, 01 Jan 1970 00:00:00 -0000" if date is None and sig_version == 1 else date,
            "version": sig_version, "body": body, "headers": additional_headers,
        }

    def canonicalize(
        method, host, uri, params, date, sig_version, body=None, additional_headers=None
    ):
        it = request(method, host, uri, params, date, sig_version, body, additional_headers)
        return ask("canonicalize", it)

    def sign(
        ikey, skey, method, host, uri, date, sig_version, params, body=None,
        digestmod=hashlib.sha512, additional_headers=None,
    ):
        it = request(method, host, uri, params, date, sig_version, body, additional_headers)
        digest = digestmod if isinstance(digestmod, str) else digestmod().name
        return ask("authorization", {**it, "ikey": ikey, "skey": skey, "digest": digest})

    client.canon_params = lambda params: ask("canonicalParams", texts(params))
    client.canon_x_duo_headers = lambda headers: ask("hashOfHeaders", headers)
    client.canonicalize = canonicalize
    client.sign = sign


def replace_duo_hmac():
    from duo_hmac import duo_canonicalize, duo_hmac

    def request(date, method, host, path, params, body, headers):
        headers = headers or {}
        has_date = any(name.lower() == "x-duo-date" for name in headers)
        return {
            "method": method, "host": host, "path": path, "params": texts(params), "date": date,
            "version": 5, "body": body, "dateHeader": "X-Duo-Date" if has_date else "Date",
            "headers": {k: v for k, v in headers.items() if k.lower() != "x-duo-date"},
        }

    def authentication(self, date, method, path, params, body, headers):
        it = request(date, method, self.api_host, path, params, body, headers)
        return ask("authorization", {**it, "ikey": self.ikey, "skey": self.skey})

    duo_canonicalize.generate_canonical_string = lambda *it: ask("canonicalize", request(*it))
    duo_canonicalize.canonicalize_parameters = lambda it: ask("canonicalParams", texts(it))
    duo_canonicalize.canonicalize_body = lambda it: ask("hashOfBody", it or "")
    duo_canonicalize.canonicalize_x_duo_headers = lambda it: ask("hashOfHeaders", it)
    duo_hmac.DuoHmac._generate_authentication_header = authentication


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.tests = {}

    def startTest(self, test):
        super().startTest(test)
        self.tests[test.id()] = None

    def failed(self, test, error):
        self.tests[test.id().split(" ")[0]] = "%s: %s" % (error[0].__name__, error[1])

    def addFailure(self, test, error):
        self.failed(test, error)

    def addError(self, test, error):
        self.failed(test, error)

    def addSubTest(self, test, subtest, error):
        if error:
            self.failed(test, error)

    def addSkip(self, test, reason):
        self.tests[test.id()] = "skipped: " + reason


if command:
    package = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    replace_duo_client() if os.path.isdir("duo_client") else replace_duo_hmac()
result = Result()
# duo_client's tests are a package, those of duo_hmac are files beside each other.
is_package = os.path.exists(os.path.join(tests, "__init__.py"))
unittest.defaultTestLoader.discover(tests, top_level_dir="." if is_package else tests).run(result)
if command:
    package.stdin.close()
print(json.dumps({"calls": calls, "tests": result.tests}))
