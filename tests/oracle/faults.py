"""Requests with one to three mistakes in them, made independently of the project's own code: what is
right comes from Duo's Python client, what is wrong from Python's hmac, hashlib, json and urllib.

Arguments: a seed, and how many requests of one, two and three mistakes to print, then how many that
are signed with another key. Prints a JSON list of {"request", "intended", "mistakes": the ids that
make a difference, "canonical": what was really signed}.
"""

import base64
import email.utils
import hashlib
import hmac
import json
import random
import re
import string
import sys
import urllib.parse

from duo_client import client

IKEY = "DIWJ8X6AEYOR5OMC6TQ1"
SKEY = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"
NAMES = ["username", "realname", "email", "notes", "alias", "alias1", "limit", "offset", "mintime"]
NAMES += ["maxtime", "Status", "phone-type", "phone", "group_id", "users", "txid", "naïve", "a[]"]
VALUES = ["root", "First Last", "it's (ok)! ok!", "Jo+x@example.com", "Zoë", "~b*", "a/b", "", "10"]
VALUES += ["1701381600000", " padded ", "50%", "x=1&y=2", "a;b,c:d", "日本", "q?z#f", "*", "true"]
PATHS = ["/admin/v1/users", "/auth/v2/preauth", "/admin/v2/policies", "/admin/v1/users/DU12ab/groups"]
HOSTS = ["api-1a2b3c4d.duosecurity.com", "api-XXXXXXXX.duosecurity.com"]
OFTEN_EMPTY = ["next_offset", "offset", "limit", "account_id"]


def quote(text, safe="~"):
    return urllib.parse.quote(text, safe=safe)


def lower(text):
    return re.sub("%..", lambda match: match[0].lower(), text)


def sha512(data):
    return hashlib.sha512(data.encode() if isinstance(data, str) else data).hexdigest()


ENCODERS = {
    "ENC-NONE": str,
    "ENC-PLUS": lambda text: quote(text).replace("%20", "+"),
    "ENC-JS": lambda text: quote(text, "~!'()*"),
    "ENC-JS1": lambda text: quote(text, "~!'()*"),
    "ENC-LOWHEX": lambda text: lower(quote(text)),
    "ENC-DOTNET": lambda text: lower(quote(text, "!()*").replace("~", "%7e").replace("%20", "+")),
    "ENC-JAVA": lambda text: quote(text, "*").replace("~", "%7E").replace("%20", "+"),
    "ENC-SLASH": lambda text: quote(text, "~/"),
    "ENC-URI": lambda text: quote(text, ";,/?:@&=+$~!'()*#"),
    "ENC-DOUBLE": lambda text: quote(quote(text)),
    "ENC-QMARK": lambda text: quote(text.encode("ascii", "replace").decode()),
    "ENC-LATIN1": lambda text: quote(text.encode("latin-1")),
}


def is_latin1(pairs):
    return all(ord(letter) < 256 for pair in pairs for letter in "".join(pair))


def only(text, test):
    return "".join(letter for letter in text if test(letter))


ORDERS = {
    "ORD-VAL": lambda raw, encoded: encoded[0],
    "ORD-PAIR": lambda raw, encoded: "=".join(encoded),
    "ORD-RAW": lambda raw, encoded: tuple(part.encode() for part in raw),
    "ORD-LOCALE": lambda raw, encoded: only(raw[0].lower(), str.isalnum),
}


def repeated(pairs):
    names = [name for name, _ in pairs]
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def joined(pairs, form):
    again = repeated(pairs)
    if form == "[]":
        return [(f"{k}[]" if k in again else k, v) for k, v in pairs]
    lists = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return [(k, form % ", ".join(v) if len(v) > 1 else v[0]) for k, v in lists.items()]


class Case:
    """A request as it is sent, and what its program signs: right at first."""

    def __init__(self, rng):
        self.rng = rng
        self.version = rng.choice([2, 5])
        self.method = rng.choice(["GET", "POST", "POST", "DELETE", "PUT", "PATCH"])
        self.host = rng.choice(HOSTS)
        self.path = rng.choice(PATHS)
        now = rng.randrange(1_500_000_000, 1_900_000_000)
        self.time = now
        self.date = email.utils.formatdate(now)
        self.other_date = email.utils.formatdate(now + rng.randrange(700, 9000))
        self.agent = rng.choice(["python-requests/2.32", "PostmanRuntime/7.43", "curl/8.5", "Java/21"])
        self.pairs = [(rng.choice(NAMES), rng.choice(VALUES)) for _ in range(rng.randrange(9))]
        in_body = self.method in ("POST", "PUT", "PATCH")
        self.is_form = self.version == 2 and in_body and bool(self.pairs)
        self.body = ""
        self.x_duo = {}
        if self.version == 5:
            if in_body:
                members = {name: value for name, value in self.pairs} or {"name": "Zoë", "limit": 1}
                self.pairs = []
                self.body = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
            if rng.random() < 0.3:
                self.x_duo = {"X-Duo-Trace": rng.choice(["1", "a b"]), "X-Duo-App": "inventory"}
        self.digest = "sha512" if self.version == 5 else rng.choice(["sha1", "sha512"])
        self.mistakes = {}

    def sent(self):
        """The request on the wire."""
        query = self.mistakes.get("query", urllib.parse.urlencode(self.pairs))
        headers = [["Host", self.host], ["Date", self.mistakes.get("sent_date", self.date)]]
        headers += [["User-Agent", self.agent], *map(list, self.x_duo.items())]
        if "x_duo_date" in self.mistakes:
            headers.append(["X-Duo-Date", self.mistakes["x_duo_date"]])
        body, url = self.body, self.path
        if self.is_form:
            body, query = query, ""
            if "no_content_type" not in self.mistakes:
                headers.append(["Content-Type", "application/x-www-form-urlencoded"])
        elif body:
            headers.append(["Content-Type", "application/json"])
        if query:
            url += f"?{query}"
        return {"method": self.method, "url": url, "headers": headers, "body": body or None}

    def signed(self, chosen):
        """The canonical string and the header with these mistakes, by their dimension."""
        pick = lambda dimension: chosen.get(dimension, ("", None))[:2]
        pairs = list(self.pairs)
        sets = pick("set")
        if sets[0]:
            pairs = sets[1]
        encode = ENCODERS.get(pick("encoding")[0], quote)
        encoded = [((k, v), (encode(k), encode(v))) for k, v in pairs]
        order = pick("order")[0]
        if order in ORDERS:
            encoded.sort(key=lambda it: ORDERS[order](*it))
        elif not order:
            encoded.sort(key=lambda it: it[1])
        line = "&".join("=".join(it) for _, it in encoded)
        if not (sets[0] or order or pick("encoding")[0]):
            args = {}
            for name, value in pairs:
                args.setdefault(name, []).append(value)
            assert line == client.canon_params(args)
        if pick("encoding")[0] == "ENC-JS1":
            for found in "!'()*":
                line = line.replace(found, f"%{ord(found):02X}", 1)
        args = (self.method, self.host, self.path, {}, self.date, self.version, self.body, self.x_duo)
        lines = client.canonicalize(*args).split("\n")
        parts = dict(zip(["date", "method", "host", "path", "params", "body", "headers"], lines))
        parts["params"] = line
        for dimension in ("date", "method", "host", "path", "body", "headers"):
            if pick(dimension)[0]:
                parts[dimension] = pick(dimension)[1](parts)
        if pick("path")[0] == "PATH-QUERY":
            parts["params"] = ""
        if sets[0] == "V5-PATCH":
            parts["body"] = sha512("")
        names = ["date", "method", "host", "path", "params", "body", "headers"][: len(lines)]
        shape = pick("shape")
        text = shape[1](parts, names) if shape[0] else "\n".join(parts[it] for it in names if parts[it] is not None)
        name, make = pick("key")
        digest = pick("digest")[1] or self.digest
        if name:
            code = make(text.encode(), digest)
        else:
            code = hmac.new(SKEY.encode(), text.encode(), digest).digest()
        name, make = pick("output")
        signature = make(code) if name else code.hex()
        return text, signature

    def choices(self):
        """What may go wrong with this request, by dimension: (id, how, whether it is rare)."""
        rng, pairs = self.rng, self.pairs
        options = {}
        add = lambda dimension, name, how=None, rare=False: options.setdefault(dimension, []).append(
            (name, how, rare)
        )
        if pairs:
            for name in ENCODERS:
                if name != "ENC-LATIN1" or is_latin1(pairs):
                    add("encoding", name)
            add("order", "ORD-WIRE")
            for name in ORDERS:
                add("order", name)
            add("set", "PAR-NONE", [])
            add("set", "PAR-DROP", without(pairs, [rng.randrange(len(pairs))]))
            add("set", "PAR-DROP", without(pairs, rng.sample(range(len(pairs)), min(2, len(pairs)))), True)
            add("set", "PAR-TRIM", [(k, v.strip()) for k, v in pairs])
            add("set", "PAR-EMPTY", [(k, v) for k, v in pairs if v])
            if repeated(pairs):
                add("set", "PAR-LAST", [it for i, it in enumerate(pairs) if it[0] not in dict(pairs[i + 1 :])])
                for form in ("%s", "[%s]", "[]"):
                    add("set", "PAR-JOIN", joined(pairs, form))
            query = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
            wire = "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
            add("path", "PATH-QUERY", lambda parts: f"{parts['path']}?{wire}")
            add("path", "PATH-QUERY2", lambda parts: f"{parts['path']}?{wire}")
            add("path", "PATH-QUERY", lambda parts: f"{parts['path']}?{parts['params']}")
        empty = rng.choice([it for it in OFTEN_EMPTY if it not in dict(pairs)] or ["sort"])
        add("set", "PAR-EMPTY", [*pairs, (empty, "")])
        sample = [("realname", "First Last"), ("username", "root")]
        add("set", "PAR-SAMPLE", sample, True)

        add("date", "DATE-EMPTY", lambda parts: "")
        add("date", "DATE-GMT", lambda parts: parts["date"].replace("-0000", "GMT"))
        add("date", "DATE-P0000", lambda parts: parts["date"].replace("-0000", "+0000"))
        add("date", "DATE-ZONE", lambda parts: parts["date"].replace("-0000", "UTC"))
        shift = rng.choice([1, -1, 2, rng.randrange(-600, 600)]) or 1
        add("date", "DATE-SHIFT", lambda parts: email.utils.formatdate(self.time + shift), True)
        near = rng.randrange(1, 60)
        add("date", "DATE-SHIFT", lambda parts: email.utils.formatdate(self.time + near, usegmt=True), True)
        hours = rng.choice([-8, -5, 1, 2, 9])
        local = email.utils.formatdate(self.time + 3600 * hours).replace("-0000", f"{hours:+03d}00")
        add("date", "DATE-ZONE", lambda parts: local, True)
        add("date", "DATE-PREV", lambda parts: "Tue, 21 Aug 2012 17:29:18 -0000", True)

        others = [it for it in ["GET", "POST", "PUT", "PATCH", "DELETE"] if it != self.method]
        add("method", "METH-OTHER", lambda parts, it=rng.choice(others): it)
        add("method", "METH-LOWER", lambda parts: parts["method"].lower())
        add("host", "HOST-CASE", lambda parts: self.host)
        add("host", "HOST-CASE", lambda parts: self.host.upper())
        add("host", "HOST-PORT", lambda parts: parts["host"] + ":443")
        add("host", "HOST-SCHEME", lambda parts: "https://" + parts["host"])
        add("host", "HOST-SHORT", lambda parts: parts["host"].split(".")[0])
        if self.host.lower() != "api-xxxxxxxx.duosecurity.com":
            add("host", "HOST-OTHER", lambda parts: "api-xxxxxxxx.duosecurity.com", True)
        add("path", "PATH-NOSLASH", lambda parts: parts["path"][1:])
        add("path", "PATH-URL", lambda parts: f"https://{self.host}{parts['path']}")
        add("path", "PATH-SLASH", lambda parts: parts["path"] + "/")
        add("path", "PATH-CASE", lambda parts: parts["path"].lower())
        add("path", "PATH-OTHER", lambda parts: "/auth/v2/check", True)

        drop = lambda *left: lambda parts, names: "\n".join(parts[it] for it in names if it not in left and parts[it] is not None)
        join = lambda by, tail="": lambda parts, names: by.join(parts[it] for it in names if parts[it] is not None) + tail
        add("shape", "STR-NOHOST", drop("host"))
        if self.version == 5:
            add("shape", "STR-NODATE", drop("date"))
        add("shape", "STR-CRLF", join("\r\n"))
        add("shape", "STR-LITERAL", join("\\n"))
        add("shape", "STR-TAILNL", join("\n", "\n"))
        order = ["date", "host", "method", "path", "params", "body", "headers"]
        add("shape", "STR-ORDER", lambda parts, names: "\n".join(parts[it] for it in order if it in names and parts[it] is not None))
        null = lambda parts, names: "\n".join(parts[it] or "null" if it == "params" else parts[it] for it in names if parts[it] is not None)
        if not pairs:
            add("shape", "STR-NULL", null)
            add("shape", "STR-NOLAST", lambda parts, names: "\n".join(parts[it] for it in names if parts[it] is not None and (it != "params" or parts[it])))

        keyed = lambda key: lambda text, digest: hmac.new(key, text, digest).digest()
        skey = SKEY.encode()
        add("key", "KEY-IKEY", keyed(IKEY.encode()))
        add("key", "KEY-NL", keyed(skey + b"\n"))
        add("key", "KEY-NL", keyed(skey + b"\r\n"))
        add("key", "KEY-SPACE", keyed(skey + b" "))
        add("key", "KEY-QUOTES", keyed(b'"' + skey + b'"'))
        add("key", "KEY-B64", keyed(base64.b64encode(skey)))
        add("key", "KEY-UTF16", keyed(SKEY.encode("utf-16-le")))
        add("key", "KEY-SWAP", lambda text, digest: hmac.new(text, skey, digest).digest())
        add("key", "ALG-PLAIN", lambda text, digest: hashlib.new(digest, text).digest())
        if self.digest == "sha1":
            add("key", "OUT-SHAB64", lambda text, digest: hashlib.sha1(base64.b64encode(keyed(skey)(text, digest))).digest())
        add("output", "OUT-UPPER", lambda code: code.hex().upper())
        add("output", "OUT-B64", lambda code: base64.b64encode(code).decode())

        if self.version == 2:
            add("digest", "ALG-256", "sha256")
        else:
            add("digest", "V5-SHA1", "sha1")
            add("headers", "V5-NOHASH", lambda parts: "")
            dated = {**self.x_duo, "X-Duo-Date": self.date}
            add("headers", "V5-XDATE", lambda parts: client.canon_x_duo_headers(dated))
            if self.x_duo:
                sent = list(self.x_duo.items())
                lowered = [(name.lower(), value) for name, value in sent]
                hashed = lambda pairs: lambda parts: sha512("\0".join("\0".join(it) for it in pairs))
                add("headers", "V5-HDRNONE", lambda parts: sha512(""))
                add("headers", "V5-HDRSORT", hashed(lowered))
                add("headers", "V5-HDRCASE", hashed(sorted(sent)))
                add("headers", "V5-HDRADDED", hashed(lowered[:1]))
                add("headers", "V5-HDRUNSENT", hashed(sorted([*lowered, ("date", self.date)])))
            add("headers", "V5-AS4", lambda parts: None)
        if self.body:
            members = json.loads(self.body)
            of = lambda text: lambda parts: sha512(text)
            add("body", "V5-BODYSP", of(json.dumps(members, ensure_ascii=False)))
            add("body", "V5-BODYASCII", of(json.dumps(members, separators=(",", ":"))))
            add("body", "V5-BODYSORT", of(json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True)))
            add("body", "V5-BODYMOJI", of(self.body.encode().decode("latin-1")))
            add("body", "V5-BODYEMPTY", of(""))
            add("body", "V5-BODYNL", of(self.body + "\n"))
            texts = [(k, v if isinstance(v, str) else json.dumps(v)) for k, v in members.items()]
            add("set", "V5-PARAMS", texts)
            add("set", "V5-PATCH", texts)
        return options


def without(pairs, dropped):
    return [pair for i, pair in enumerate(pairs) if i not in dropped]


def authorization(ikey, signature):
    return "Basic " + base64.b64encode(f"{ikey}:{signature}".encode()).decode()


def faulty(rng, count):
    """A request with as many mistakes, each of which makes a difference."""
    while True:
        case = Case(rng)
        options = case.choices()
        dimensions = rng.sample(sorted(options), min(count, len(options)))
        chosen = {dimension: rng.choice(options[dimension]) for dimension in dimensions}
        if sum(rare for _, _, rare in chosen.values()) > (1 if count < 3 else 0):
            continue
        names = {name for name, _, _ in chosen.values()}
        if {"ALG-256", "OUT-SHAB64"} <= names:
            continue
        # A query in the path as it was sent leaves nothing of other mistakes in the params.
        if "PATH-QUERY" in names and set(chosen) & {"set", "order", "encoding"}:
            continue
        text, signature = case.signed(chosen)
        right = case.signed({})
        if (text, signature) == right:
            continue
        rest = [{k: v for k, v in chosen.items() if k != left_out} for left_out in chosen]
        if any(case.signed(others) == (text, signature) for others in rest):
            continue
        # That is version 4, 2 or 1, which Duo may take.
        if verifies(case, signature):
            continue
        request = case.sent()
        request["headers"].append(["Authorization", authorization(IKEY, signature)])
        return {"request": request, "mistakes": sorted(names), "canonical": text}


def verifies(case, signature):
    args = {}
    for name, value in case.pairs:
        args.setdefault(name, []).append(value)
    texts = [
        client.canonicalize(
            case.method, case.host, case.path, args, case.date, version, case.body, case.x_duo
        )
        for version in (1, 2, 4, 5)
    ]
    codes = [hmac.new(SKEY.encode(), t.encode(), d).hexdigest() for t in texts for d in ("sha1", "sha512")]
    return signature in codes


def misplaced(rng):
    """Right parameters, signed, in a request that does not carry them where Duo reads them."""
    while True:
        case = Case(rng)
        if not case.pairs:
            continue
        text, signature = case.signed({})
        intended = {"params": case.pairs}
        if not case.is_form:
            case.mistakes["query"] = ""
        elif rng.random() < 0.5:
            case.mistakes["no_content_type"] = True
            intended = {}
        else:
            case.mistakes["query"] = ""
        request = case.sent()
        request["headers"].append(["Authorization", authorization(IKEY, signature)])
        mistakes = ["RCV-NOPARAMS"]
        return {"request": request, "intended": intended, "mistakes": mistakes, "canonical": text}


def foreign(rng):
    """A right request of another key."""
    case = Case(rng)
    text, _ = case.signed({})
    key = "".join(rng.choices(string.ascii_letters + string.digits, k=40))
    signature = hmac.new(key.encode(), text.encode(), case.digest).hexdigest()
    request = case.sent()
    request["headers"].append(["Authorization", authorization(IKEY, signature)])
    return {"request": request, "mistakes": None, "canonical": text}


def main():
    seed, singles, pairs, triples, others = map(int, sys.argv[1:])
    rng = random.Random(seed)
    cases = [faulty(rng, 1) if i % 12 else misplaced(rng) for i in range(singles)]
    cases += [faulty(rng, 2) for _ in range(pairs)] + [faulty(rng, 3) for _ in range(triples)]
    cases += [foreign(rng) for _ in range(others)]
    json.dump(cases, sys.stdout)


if __name__ == "__main__":
    main()
