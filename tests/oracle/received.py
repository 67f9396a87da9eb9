"""Prints tests/vectors/received.json: requests that are signed with `duo_client`'s canonicalisation and Python's
hmac, some changed afterwards, with what `duo.py` makes of each at the time `now`, and dates with the
instant at which `email.utils` reads them."""

import base64
import calendar
import email._parseaddr
import email.utils
import hashlib
import hmac
import json
import os
import time

import duo
from duo_client import client

os.environ["TZ"] = "UTC"  # Which `email.utils` takes for zones that it does not know.
time.tzset()

IKEY = "DIWJ8X6AEYOR5OMC6TQ1"
SKEY = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"
HOST = "api-xxxxxxxx.duosecurity.com"
DATE = "Tue, 21 Aug 2012 17:29:18 -0000"
NOW = 1345570158
FORM = "application/x-www-form-urlencoded"


def case(
    what,
    version=5,
    digest="sha512",
    method="GET",
    target="/admin/v1/users",
    signed_params=None,
    host=HOST,
    signed_host=None,
    dates=(("Date", DATE),),
    signed_date=None,
    more=(),
    signed_headers=None,
    body="",
    ikey=IKEY,
    token=lambda token: "Basic " + token,
    credentials=lambda ikey, signature: f"{ikey}:{signature}",
    now=NOW,
):
    path, _, query = target.partition("?")
    more = [*dates, *more]
    if signed_params is None:
        signed_params = duo.decode(query.encode())
        if version < 4 and duo.content_type(more) == FORM and method.upper() in ("POST", "PUT", "PATCH"):
            signed_params += duo.decode(body.encode())
    if signed_headers is None:
        signed_headers = {n: v.strip() for n, v in more if n.lower().startswith("x-duo-")}
    if signed_date is None:
        signed_date = next((v for n, v in dates if n.lower() == "x-duo-date"), dates[0][1] if dates else "")
    canonical = client.canonicalize(
        method,
        signed_host or host,
        path,
        duo.grouped(signed_params),
        signed_date.strip(),
        version,
        duo.RawBody(body.encode()),
        signed_headers,
    )
    signature = hmac.new(SKEY.encode(), canonical.encode(), digest).hexdigest()
    text = credentials(ikey, signature)
    text = text if isinstance(text, bytes) else text.encode()
    authorization = token(base64.b64encode(text).decode())
    headers = [("Host", host), *more]
    if authorization is not None:
        headers += [("Authorization", it) for it in authorization.split("\n")]
    stripped = [(name, value.strip()) for name, value in headers]  # RFC 9110 section 5.5
    try:
        expected = duo.verify(method, target, stripped, body.encode(), {IKEY: SKEY}, now)
    except duo.Refused as refused:
        expected = refused.code
    return {
        "what": what,
        "method": method,
        "url": target,
        "headers": headers,
        "body": body,
        "now": now,
        "expected": expected,
    }


def spare_bits(token):
    """Another character at the end whose bits beyond the last byte are not zero."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = token.rstrip("=")
    assert text != token
    last = alphabet[alphabet.index(text[-1]) + 1]
    return "Basic " + text[:-1] + last + token[len(text) :]


def cases():
    for version, digest in ((1, "sha1"), (1, "sha512"), (2, "sha1"), (2, "sha512"), (4, "sha512"), (5, "sha512")):
        both = {"version": version, "digest": digest}
        yield case(f"version {version}, {digest}", target="/a?b=1&a=%C3%A9", **both)
        yield case(f"version {version}, {digest}, a body", method="POST", body='{"a":1}', **both)
        for method in ("POST", "put", "PATCH", "DELETE"):
            kind = {"method": method.upper(), "body": "b=x+y&a=%41", "more": [("Content-Type", FORM)]}
            yield case(f"version {version}, {digest}, a form, {method}", target="/a?c=2", **kind, **both)
    yield case("version 4 with sha1", version=4, digest="sha1")
    for kind in (f"{FORM};charset=utf-8", f"{FORM} ; charset=utf-8", FORM.upper(), f"text/{FORM}", "text/plain"):
        yield case(
            f"Content-Type {kind}",
            version=2,
            method="POST",
            body="a=1",
            signed_params=[(b"a", b"1")],
            more=[("Content-Type", kind)],
        )

    yield case("no Authorization", token=lambda token: None)
    yield case("two of them", token=lambda token: f"Basic {token}\nBasic {token}")
    yield case("bASIC", token=lambda token: "bASIC " + token)
    yield case("Bearer", token=lambda token: "Bearer " + token)
    yield case("no scheme", token=lambda token: token)
    yield case("spaces around the token", token=lambda token: f" Basic   {token}  ")
    yield case("no padding", token=lambda token: "Basic " + token.rstrip("="))
    yield case("bits to spare", token=spare_bits)
    yield case("no base64", token=lambda token: "Basic !" + token[1:])
    yield case("no colon", credentials=lambda ikey, signature: ikey + signature)
    yield case("two colons", credentials=lambda ikey, signature: f"{ikey}:{signature}:")
    yield case("a colon first", credentials=lambda ikey, signature: f":{signature}")
    yield case("no text", credentials=lambda ikey, signature: b"\xff:" + signature.encode())
    yield case("no signature", credentials=lambda ikey, signature: f"{ikey}:")
    yield case("half a signature", credentials=lambda ikey, signature: f"{ikey}:{signature[:64]}")
    yield case("capitals", credentials=lambda ikey, signature: f"{ikey}:{signature.upper()}")
    yield case("another ikey", ikey="DIWJ8X6AEYOR5OMC6TQ2")
    yield case("an ikey in lower case", ikey=IKEY.lower())

    yield case("no date", dates=[])
    yield case("an empty date", dates=[("Date", "")])
    yield case("two dates", dates=[("Date", DATE), ("Date", DATE)])
    yield case("an empty one and one", dates=[("Date", ""), ("date", DATE)], signed_date=DATE)
    yield case("X-Duo-Date", dates=[("X-Duo-Date", DATE)])
    yield case("X-Duo-Date before Date", dates=[("Date", "Wed, 22 Aug 2012 17:29:18 -0000"), ("X-Duo-Date", DATE)])
    yield case("two of X-Duo-Date", dates=[("Date", DATE), ("X-Duo-Date", DATE), ("X-Duo-Date", DATE)])
    yield case("an empty X-Duo-Date", dates=[("X-Duo-Date", ""), ("Date", DATE)], signed_date=DATE)
    yield case("white space around the date", dates=[("Date", f" {DATE}\t")])
    yield case("no RFC 2822", dates=[("Date", "1345570158")])
    yield case("another day of the week", dates=[("Date", DATE.replace("Tue", "Mon"))])
    for seconds in (300, 301, -300, -301):
        yield case(f"{seconds} seconds later", now=NOW + seconds)
    yield case("a leap second", dates=[("Date", "Tue, 21 Aug 2012 17:24:60 GMT")], now=NOW + 42)
    yield case("a second after it", dates=[("Date", "Tue, 21 Aug 2012 17:24:60 GMT")], now=NOW + 43)

    for host, signed_host in (
        ("127.0.0.1:8443", "127.0.0.1:8443"),
        ("127.0.0.1:8443", "127.0.0.1"),
        ("127.0.0.1:", "127.0.0.1"),
        ("127.0.0.1:84x", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1:443"),
        ("[::1]:8443", "[::1]"),
        ("[::1]", "[:"),
        (HOST.upper(), HOST),
    ):
        yield case(f"Host {host}, signed {signed_host}", host=host, signed_host=signed_host)

    yield case("a tab within a header", more=[("X-Duo-A", "a\tb")])
    yield case("white space around a header", more=[("X-Duo-A", " a\t")], signed_headers={"x-duo-a": "a"})
    yield case("headers out of order", more=[("x-duo-b", "1"), ("X-Duo-A", "2"), ("X-Duo-C", "")])
    yield case("a header that is not signed", more=[("x-duo", "1"), ("xx-duo-a", "2")])
    yield case("a header added", more=[("X-Duo-A", "1")], signed_headers={})
    yield case("a header lost", signed_headers={"x-duo-a": "1"})
    yield case("a header twice: the last", more=[("X-Duo-A", "1"), ("X-Duo-B", "2"), ("X-Duo-A", "3")])
    first = {"x-duo-a": "1"}
    yield case("a header twice: the first", more=[("X-Duo-A", "1"), ("X-Duo-A", "2")], signed_headers=first)

    for query, pairs in (
        ("a=1&b=2", [(b"b", b"2"), (b"a", b"1")]),
        ("&a=1&&b", [(b"a", b"1"), (b"b", b"")]),
        ("a+b=c%20d", [(b"a b", b"c d")]),
        ("a=b=c", [(b"a", b"b=c")]),
        ("a=%4", [(b"a", b"%4")]),
        ("a=%zz%41b", [(b"a", b"%zzAb")]),
        ("a=%e9", [(b"a", b"\xe9")]),
        ("a=%C3%A9&a", [(b"a", b""), (b"a", "é".encode())]),
        ("=x", [(b"", b"x")]),
    ):
        yield case(f"the query {query}", target=f"/a?{query}", signed_params=pairs)
    yield case("a query that is not signed", target="/a?b=1", signed_params=[])


TEXTS = [
    "Thu, 01 Jan 1970 00:00:00 -0000",
    "Thu, 29 Feb 1968 00:00:00 -0000",
    "Wed, 28 Feb 1900 23:59:59 -0000",
    "Thu, 01 Mar 1900 00:00:00 -0000",
    "Tue, 29 Feb 2000 12:00:00 +0000",
    "Mon, 01 Mar 2100 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -0000",
    "31 Dec 2016 23:59:60 -0000",
    "1 Jan 00 00:00 UT",
    "31 Dec 49 23:59:59 UT",
    "1 Jan 69 00:00 UT",
    "31 Dec 99 23:59:59 UT",
    "Tue, 21 Aug 2012 17:29:18 -0000 (x)",
    "Tue, 21 Aug 2012 17:29:18 +0130 (x y) (z)",
    "Tue, 21 Aug 2012 17:29:18 -0030",
    "Tue, 21 Aug 2012 17:29:18 -1200",
    "Tue, 21 Aug 2012 17:29:18 +1359",
    "Tue, 21 Aug 2012 17:29:18 +9959",
    "Tue, 21 Aug 2012 17:29 -0500",
    "Tue, 21 Aug 2012 00:00:00 edt",
    "Tue,  21  aug  2012  00:59:59  Pst",
]
TEXTS += [f"{day} {month} 2011 01:02:03 -0000" for month in calendar.month_abbr[1:] for day in ("1", "28")]
TEXTS += [f"21 Aug 2012 17:29:18 {zone}" for zone in email._parseaddr._timezones if len(zone) > 1]
TEXTS += [f"21 Aug 2012 17:29:18 {chr(letter)}" for letter in (*range(65, 91), *range(97, 123)) if letter not in (74, 106)]

KEPT = ("AST", "ADT")  # Of Canada: RFC 2822 has no such zones.
dates = [
    {"text": text, "instant": email.utils.mktime_tz(email.utils.parsedate_tz(text))}
    for text in TEXTS
    if not text.endswith(KEPT)
]
rows = lambda items: ",\n".join("  " + json.dumps(item) for item in items)
print(f'{{"requests": [\n{rows(cases())}\n], "dates": [\n{rows(dates)}\n]}}')
