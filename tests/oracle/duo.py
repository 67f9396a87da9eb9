"""What Duo does with a received request, by Duo's own Python client.

Models the server after the client: decode the query, canonicalise as `duo_client` does, hash the
raw bytes of the body, compare the raw path.
"""

import base64
import binascii
import email.utils
import hashlib
import hmac
import urllib.parse

from duo_client import client

CLOCK_WINDOW = 300

MESSAGES = {
    40101: "Missing request credentials",
    40102: "Invalid integration key in request credentials",
    40103: "Invalid signature in request credentials",
    40104: "Missing request timestamp",
    40105: "Bad request timestamp",
}

FORM = "application/x-www-form-urlencoded"


class Refused(Exception):
    """Carries Duo's error code."""

    def __init__(self, code):
        super().__init__(MESSAGES[code])
        self.code = code


class RawBody(bytes):
    """Bytes that `duo_client` hashes as they are: it calls `.encode("utf-8")` on what it gets."""

    def encode(self, _encoding):
        return bytes(self)


def verify(method, target, headers, body, keys, now):
    """Returns (signature version, digest name) of a request, or raises Refused.

    `target` is the request target as it stood on the request line; `headers` is a list of pairs;
    `keys` maps integration keys to secret keys; `now` is Unix time.
    """
    ikey, signature = credentials(headers)
    skey = keys.get(ikey)
    if skey is None:
        raise Refused(40102)
    date = date_header(headers)
    check_clock(date, now)

    path, _, query = target.partition("?")
    in_query = decode(query.encode("latin-1"))
    is_form = content_type(headers) == FORM
    in_form = decode(body) if is_form and method in ("POST", "PUT", "PATCH") else []
    x_duo = {name: value for name, value in headers if name.lower().startswith("x-duo-")}
    raw = RawBody(body)

    for host in hosts(headers):
        for version, digest, params in (
            (2, hashlib.sha512, in_query + in_form),
            (2, hashlib.sha1, in_query + in_form),
            (5, hashlib.sha512, in_query),
            (4, hashlib.sha512, in_query),
            (1, hashlib.sha512, in_query + in_form),
            (1, hashlib.sha1, in_query + in_form),
        ):
            canonical = client.canonicalize(
                method, host, path, grouped(params), date, version, raw, x_duo
            )
            wanted = hmac.new(skey.encode(), canonical.encode("utf-8"), digest).hexdigest()
            if hmac.compare_digest(wanted, signature):
                return version, digest().name
    raise Refused(40103)


def credentials(headers):
    """The integration key and the signature of the Authorization header."""
    values = [value for name, value in headers if name.lower() == "authorization"]
    if len(values) != 1:
        raise Refused(40101)
    scheme, _, token = values[0].partition(" ")
    if scheme.lower() != "basic":
        raise Refused(40101)
    try:
        text = base64.b64decode(token.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused(40101) from None
    ikey, colon, signature = text.partition(":")
    if not colon:
        raise Refused(40101)
    return ikey, signature


def date_header(headers):
    """X-Duo-Date wins over Date. There must not be two of either."""
    for wanted in ("x-duo-date", "date"):
        values = [value for name, value in headers if name.lower() == wanted and value]
        if len(values) == 1:
            return values[0]
        if values:
            break
    raise Refused(40104)


def check_clock(date, now):
    parsed = email.utils.parsedate_tz(date)
    if parsed is None:
        raise Refused(40104)
    try:
        seconds = email.utils.mktime_tz(parsed)
    except (ValueError, OverflowError):
        raise Refused(40104) from None
    if abs(seconds - now) > CLOCK_WINDOW:
        raise Refused(40105)


def content_type(headers):
    for name, value in headers:
        if name.lower() == "content-type":
            return value.split(";")[0].strip().lower()
    return ""


def hosts(headers):
    """The Host header as it is, and without its port: `duo_client` has the port apart."""
    for name, value in headers:
        if name.lower() == "host":
            yield value
            name_only, colon, port = value.rpartition(":")
            if colon and port.isdigit():
                yield name_only
            return


def decode(text):
    """The pairs of a query or form, as bytes, blank values kept."""
    pairs = []
    for piece in text.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append(tuple(unquote(half) for half in (name, value)))
    return pairs


def unquote(text):
    return urllib.parse.unquote_to_bytes(text.replace(b"+", b" "))


def grouped(pairs):
    params = {}
    for name, value in pairs:
        params.setdefault(name, []).append(value)
    return params
