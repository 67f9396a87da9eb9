"""Prints the signatures of tests/vectors/causes.json: each a mistake seen in the field, made with
Python's hashlib and hmac, on the example keys and date of Duo's documentation."""

import base64
import collections
import datetime
import decimal
import hashlib
import hmac
import json
import re
import types
import unicodedata
import urllib.parse

IKEY = "DIWJ8X6AEYOR5OMC6TQ1"
SKEY = "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"
DATE = "Tue, 21 Aug 2012 17:29:18 -0000"
SENT_HOST = "api-XXXXXXXX.duosecurity.com"
HOST = SENT_HOST.lower()
PATH = "/admin/v1/users"
PARAMS = [
    ("username", "root"),
    ("realname", "First Last"),
    ("notes", "it's (ok)! ok!"),
    ("email", "Jo+x@example.com"),
    ("lastname", "Zoë"),
    ("alias1", "~b*"),
    ("alias", "a/b"),
    ("users", "DUB"),
    ("users", "DUA"),
]
PATH5 = "/admin/v2/policies"
BODY = '{"name":"Zoë","limit":1}'


def quote(text, safe="~"):
    return urllib.parse.quote(text, safe=safe)


def escape(text):
    """As JavaScript's function of that name."""
    return "".join(
        char if re.match(r"[\w@*+./-]", char, re.ASCII) else f"%{ord(char):02X}" for char in text
    )


def lower(text):
    return re.sub("%..", lambda match: match[0].lower(), text)


def pairs(encode=quote, params=PARAMS, key=lambda pair: (quote(pair[0]), quote(pair[1]))):
    return "&".join(f"{encode(k)}={encode(v)}" for k, v in sorted(params, key=key))


def mac(*lines, key=SKEY, separator="\n", tail="", digest="sha1"):
    text = separator.join(lines) + tail
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, text.encode(), digest).hexdigest()


def v2(params=None, date=DATE, method="POST", host=HOST, path=PATH, **more):
    return mac(date, method, host, path, CANON if params is None else params, **more)


def sha512(text):
    return hashlib.sha512(text if isinstance(text, bytes) else text.encode()).hexdigest()


def basic(signature, ikey=IKEY):
    signature = signature if isinstance(signature, bytes) else signature.encode()
    return base64.b64encode(f"{ikey}:".encode() + signature).decode()


def x_duo(*headers):
    """The hash of these names and values as they are."""
    return sha512("\0".join("\0".join(header) for header in headers))


def v5(params="", body=None, headers=None, method="POST", digest="sha512"):
    lines = [DATE, method, HOST, PATH5, params]
    lines.append(sha512(BODY if body is None else body))
    lines.append(EMPTY if headers is None else headers)
    return mac(*lines, digest=digest)


CANON = pairs()
EMPTY = sha512("")
WIRE = "&".join(f"{quote(k)}={quote(v)}" for k, v in PARAMS)
TEXT = "\n".join([DATE, "POST", HOST, PATH, CANON]).encode()
RIGHT = hmac.new(SKEY.encode(), TEXT, "sha1").digest()
PLUS = pairs(lambda text: quote(text).replace("%20", "+"))


def js(text):
    return quote(text, "~!'()*")


JS = pairs(js)
FIRST = JS
for found in "!'()*":
    FIRST = FIRST.replace(found, f"%{ord(found):02X}", 1)
PARAMS4 = [("username", "root"), ("email", "Jo+x@example.com"), ("notes", "it's a/b"), ("alias", "x")]
CANON4 = pairs(params=PARAMS4)
PARAMS_RAW = [("b", "3"), ("a[]", "1"), ("a1", "2"), ("c", "4")]
PARAMS_PUNCTUATION = [("a_c", "1"), ("ab", "2"), ("né_a", "3"), ("nz", "4"), ("n_é", "5")]
MARKS = [("notes", "a!b$c&d'e(f)g*h+i,j;k=l:m@n?o/p~q"), ("x", "1")]
MARKS_ACCENT = [("notes", "é" + MARKS[0][1])]
SPACED = [("notes", "it's (ok)! x-y"), ("x", "1")]
EIGHT = [("notes", "a!b(c)d'e*f,g;h:i")]
PARAMS_CASE = [("users", "1"), ("Status", "2"), ("alias", "3"), ("b", "4")]
JOINED = [*PARAMS[:-2], ("users", "DUB,DUA")]
MEANT = [("username", "jdoe"), ("notes", "x")]
INSTANT = datetime.datetime.strptime(DATE, "%a, %d %b %Y %H:%M:%S %z")
GMT = DATE.replace("-0000", "GMT")
ISO = INSTANT.strftime("%Y-%m-%dT%H:%M:%SZ")
OTHER_DATE = "Wed, 01 Aug 2012 17:29:18 -0000"
OTHER_HOST = "api-1a2b3c4d.duosecurity.com"
OTHER_BODY = '{"name":"Jo"}'
HEADERS = [["X-Duo-B", "1"], ["X-Duo-A", "a b"]]
B, A = ("x-duo-b", "1"), ("x-duo-a", "a b")
BODY_ESC = '{"url":"https://x/y"}'
DASHED = "-".join(re.findall("..", sha512(BODY).upper()))
MINTIME = 1701381600000
TIME = [("mintime", f"{MINTIME}")]
MEMBERS = "limit=1&name=Zo%C3%AB"

VECTORS = {
    "ref": v2(),
    "ALG-512": v2(digest="sha512"),
    "ALG-256": v2(digest="sha256"),
    "ORD-WIRE": v2(WIRE),
    "ORD-VAL": v2(pairs(key=lambda pair: quote(pair[0]))),
    "ORD-PAIR": v2(pairs(key=lambda pair: "=".join(map(quote, pair)))),
    "ORD-DESC": v2("&".join(reversed(CANON.split("&")))),
    "ENC-NONE": v2(pairs(str)),
    "ENC-PLUS": v2(PLUS),
    "ENC-JS": v2(JS),
    "ENC-JS1": v2(FIRST),
    "ENC-LOWHEX": v2(pairs(lambda text: lower(quote(text)))),
    "ENC-DOTNET": v2(
        pairs(lambda text: lower(quote(text, "!()*").replace("~", "%7e").replace("%20", "+")))
    ),
    "ENC-JAVA": v2(pairs(lambda text: quote(text, "*").replace("~", "%7E").replace("%20", "+"))),
    "ENC-SLASH": v2(pairs(lambda text: quote(text, "~/"))),
    "ENC-URI": v2(pairs(lambda text: quote(text, ";,/?:@&=+$~!'()*#"))),
    "ENC-DOUBLE": v2(pairs(lambda text: quote(quote(text)))),
    "ENC-LATIN1": v2(pairs(lambda text: quote(text.encode("latin-1")))),
    "ENC-QMARK": v2(pairs(lambda text: quote(text.encode("ascii", "replace").decode()))),
    "ENC-ESCAPE": v2(pairs(escape)),
    "ENC-ASCII": v2(pairs(lambda text: re.sub("[ -~]+", lambda match: quote(match[0]), text))),
    "STR-NOHOST": mac(DATE, "POST", PATH, CANON),
    "STR-NODATE": mac("POST", HOST, PATH, CANON),
    "STR-CRLF": v2(separator="\r\n"),
    "STR-LITERAL": v2(separator="\\n"),
    "STR-TAILNL": v2(tail="\n"),
    "STR-NULL": v2("null"),
    "STR-EMPTY": v2(""),
    "STR-NOLAST": mac(DATE, "POST", HOST, PATH),
    "PATH-NOSLASH": v2(path=PATH[1:]),
    "PATH-QUERY": v2("", path=f"{PATH}?{WIRE}"),
    "PATH-QUERY2": v2(path=f"{PATH}?{WIRE}"),
    "PATH-URL": v2(path=f"https://{SENT_HOST}{PATH}"),
    "HOST-CASE": v2(host=SENT_HOST),
    "HOST-UNSET": v2(host="System.Management.Automation.Internal.Host.InternalHost"),
    "HOST-PORT": v2(host=f"{HOST}:443"),
    "HOST-SCHEME": v2(host=f"https://{HOST}"),
    "METH-LOWER": v2(method="post"),
    "METH-OTHER": v2(method="GET"),
    "PAR-NONE": v2(""),
    "PAR-DROP": v2(pairs(params=[pair for pair in PARAMS if pair[0] != "realname"])),
    "PAR-EMPTY": v2(pairs(params=[*PARAMS, ("next_offset", "")])),
    "PAR-LAST": v2(pairs(params=[pair for pair in PARAMS if pair != ("users", "DUB")])),
    "DATE-EMPTY": v2(date=""),
    "DATE-GMT": v2(date=GMT),
    "DATE-P0000": v2(date=DATE.replace("-0000", "+0000")),
    "DATE-SHIFT": v2(date=DATE.replace(":18", ":19")),
    "KEY-IKEY": v2(key=IKEY),
    "KEY-NL": v2(key=f"{SKEY}\n"),
    "KEY-B64": v2(key=base64.b64encode(SKEY.encode())),
    "KEY-UTF16": v2(key=SKEY.encode("utf-16-le")),
    "KEY-SWAP": hmac.new(TEXT, SKEY.encode(), "sha1").hexdigest(),
    "ALG-PLAIN": hashlib.sha1(TEXT).hexdigest(),
    "OUT-UPPER": v2().upper(),
    "OUT-B64": base64.b64encode(RIGHT).decode(),
    "OUT-NUMBERS": ", ".join(map(str, RIGHT)),
    "OUT-CUT": v2(digest="sha512")[:64],
    "OUT-DIGITS": "".join(f"{byte:x}" for byte in RIGHT),
    "OUT-LOSSY": RIGHT.decode(errors="replace"),
    "OUT-UNSET": "undefined",
    "OUT-SHAB64": hashlib.sha1(base64.b64encode(RIGHT)).hexdigest(),
    "V5-REF": v5(),
    "V5-BODYSP": v5(body='{"name": "Zoë", "limit": 1}'),
    "V5-BODYASCII": v5(body='{"name":"Zo\\u00eb","limit":1}'),
    "V5-BODYSORT": v5(body='{"limit":1,"name":"Zoë"}'),
    "V5-BODYMOJI": v5(body=BODY.encode().decode("latin-1")),
    "V5-BODYEMPTY": v5(body=""),
    "V5-BODYNL": v5(body=f"{BODY}\n"),
    "V5-PARAMS": v5(MEMBERS),
    "V5-AS4": mac(DATE, "POST", HOST, PATH5, "", sha512(BODY), digest="sha512"),
    "V5-AS2": mac(DATE, "POST", HOST, PATH5, "", digest="sha512"),
    "V5-SHA1": v5(digest="sha1"),
    "V5-XDATE": v5(headers=sha512(f"x-duo-date\0{DATE}")),
    "V5-NOHASH": v5(headers=""),
    "V5-PATCH": v5(MEMBERS, body="", method="PATCH"),
    "V5-BODYESC": v5(body=BODY_ESC.replace("/", "\\/")),
    "V5-BODYDICT": v5(body=str(json.loads(BODY))),
    "ORD-ANY": v2("&".join(CANON4.split("&")[i] for i in (2, 0, 3, 1))),
    "ENC-SOME": v2(pairs(lambda text: quote(text, "~@'"), PARAMS4)),
    "PAR-TWICE": v2(CANON4),
    "PAR-STRAY": v2("&" + CANON),
    "PAR-NOTHING": v2("email=None&is_enrolled=True&username=jdoe"),
    "DATE-DAY": v2(date="Wed, 1 Aug 2012 17:29:18 -0000"),
    "ORD-RAW": v2(pairs(params=PARAMS_RAW, key=lambda pair: pair)),
    "ORD-LOCALE": v2(pairs(params=PARAMS_CASE, key=lambda pair: pair[0].lower())),
    "PAR-JOIN": v2(pairs(params=JOINED)),
    "PAR-MEANT": v2(pairs(params=MEANT)),
    "PAR-PLUS": v2("email=jo%2Bx%40example.com"),
    "PAR-TRIM": v2("notes=x&username=root"),
    "PAR-SAMPLE": v2("realname=First%20Last&username=root"),
    "RCV-NOPARAMS": v2(),
    "RCV-NOBODY": v5(),
    "DATE-OTHERHDR": v2(),
    "DATE-PREV": v2(),
    "DATE-M0000": v2(date=OTHER_DATE),
    "DATE-ZONE": v2(date=DATE.replace("-0000", "UTC")),
    "HOST-OTHER": v2(),
    "HOST-SHORT": v2(host=HOST.split(".")[0]),
    "PATH-SLASH": v2(path=f"{PATH}/"),
    "PATH-CASE": v2(path=f"{PATH}/du12ab"),
    "PATH-DECODED": v2(path=f"{PATH}/a b"),
    "PATH-OTHER": v2(path="/auth/v2/check"),
    "STR-JOINED": v2(separator=""),
    "STR-ORDER": mac(DATE, HOST, "POST", PATH, CANON),
    "OUT-B64HEX": base64.b64encode(v2().encode()).decode(),
    "OUT-RAW": v2(),
    "AUTH-SHAPE": "a fixed token",
    "AUTH-NAME": v2(),
    "AUTH-SCHEME": v2(),
    "AUTH-COLON": v2(),
    "AUTH-AROUND": v2(),
    "AUTH-TWICE": v2(),
    "AUTH-SWAPPED": v2(),
    "AUTH-WRAP": v2(),
    "AUTH-PLAIN": v2(),
    "AUTH-B64": v2(),
    "AUTH-NL": v2(),
    "AUTH-UTF16": v2(),
    "AUTH-EMPTYIKEY": v2(),
    "KEY-SPACE": v2(key=f"{SKEY} "),
    "KEY-QUOTES": v2(key=f'"{SKEY}"'),
    "KEY-CASE": v2(key=SKEY.lower()),
    "PAR-JOINT": v2(CANON.replace("&", ";")),
    "PAR-PRINTED": v2("{" + ", ".join(f"{k}={v}" for k, v in PARAMS) + "}"),
    "PAR-NAME": v2(pairs(params=[(k.capitalize(), v) for k, v in PARAMS])),
    "PAR-CHARSET": v2("notes=" + quote("5 € – Zoë".encode("cp1252"))),
    "PAR-NORMAL": v2(pairs(params=[(k, unicodedata.normalize("NFD", v)) for k, v in PARAMS])),
    "PAR-VALUE": v2(pairs(params=[(k, v.replace("root", '"root"')) for k, v in PARAMS])),
    "DATE-FORM": v2(date=ISO),
    "DATE-WRAP": v2(date=f"{DATE}\r"),
    "PATH-WRAP": v2(path=f'"{PATH}"'),
    "PATH-ENCODED": v2(path=quote(PATH)),
    "PATH-TEMPLATE": v2(path=f"{PATH}/{{user_id}}"),
    "PATH-UNSET": v2(path="undefined"),
    "STR-MISSING": mac(DATE, HOST, PATH, CANON),
    "STR-SEPARATOR": v2(separator=" "),
    "STR-AROUND": v2(date=f"\n{DATE}", tail="\n"),
    "STR-WHOLE": mac(base64.b64encode(TEXT).decode()),
    "OUT-AROUND": f"SHA1(stdin)= {v2()}",
    "KEY-AROUND": v2(key=f"{SKEY}&"),
    "KEY-UNSET": v2(key="undefined"),
    "KEY-HEX": v2(key=SKEY.encode().hex()),
    "KEY-HASHED": v2(key=hashlib.sha256(SKEY.encode()).digest()),
    "KEY-PART": v2(key=SKEY[:-1]),
    "ALG-JOINED": hashlib.sha1(SKEY.encode() + TEXT).hexdigest(),
    "ALG-OTHER": v2(digest="sha384"),
    "V5-BODYAROUND": v5(body=f"'{BODY}'"),
    "V5-BODYCHARSET": v5(body=BODY.encode("utf-16-le")),
    "V5-BODYUNSET": v5(body="[object Object]"),
    "V5-BODYFORM": v5(body=urllib.parse.urlencode(json.loads(BODY))),
    "V5-BODYQUERY": v5("limit=10", body='{"limit":"10"}', method="GET"),
    "V5-BODYTYPE": v5(body='{"name":"Zoë","limit":"1"}'),
    "V5-BODYDROP": v5(body='{"name":"Zoë"}'),
    "V5-BODYORDER": v5(body='{"b":2,"c":3,"a":1}'),
    "V5-BODYTWICE": v5(body=json.dumps(BODY, ensure_ascii=False)),
    "V5-BODYHASH": mac(DATE, "POST", HOST, PATH5, "", sha512(BODY).upper(), EMPTY, digest="sha512"),
    "V5-HDRJOIN": v5(headers=sha512("x-duo-a:a b\nx-duo-b:1\n")),
    "V5-HDRHASH": v5(headers=EMPTY.upper()),
    "V5-BODYOTHER": v5(body=OTHER_BODY),
    "V5-HDRNONE": v5(headers=EMPTY),
    "V5-HDRSORT": v5(headers=x_duo(B, A)),
    "V5-HDRCASE": v5(headers=x_duo(*sorted(map(tuple, HEADERS)))),
    "V5-HDRADDED": v5(headers=x_duo(A)),
    "V5-HDRDUP": v5(headers=x_duo(A, B)),
    "V5-HDRLOST": v5(headers=x_duo(A, B)),
    "V5-HDRUNSENT": v5(headers=x_duo(("date", DATE), A, B)),
}

# Other forms of the same mistakes.
FORMS = [
    ("KEY-NL", v2(key=f"{SKEY}\r\n")),
    ("KEY-SPACE", v2(key=f" {SKEY}")),
    ("KEY-QUOTES", v2(key=f"'{SKEY}'")),
    ("KEY-CASE", v2(key=SKEY.upper())),
    ("KEY-B64", v2(key=base64.b64decode(SKEY))),
    ("KEY-AROUND", v2(key=f"b'{SKEY}'")),
    ("KEY-B64", v2(key=base64.b64encode(f"{SKEY}\n".encode()))),
    ("PAR-PRINTED", v2(str(PARAMS))),
    ("PAR-PRINTED", v2(str(sorted(PARAMS)))),
    ("PAR-JOINT", v2(CANON.replace("=", " = "))),
    ("PAR-JOINT", v2("&".join(part.split("=")[0] for part in CANON.split("&")))),
    ("PAR-JOINT", v2("&".join(part.split("=")[1] for part in CANON.split("&")))),
    ("PAR-JOINT", v2(f"?{CANON}")),
    ("PAR-JOINT", v2(CANON.lower())),
    ("PAR-JOINT", v2(quote(CANON))),
    ("STR-MISSING", mac(DATE, "POST", HOST, PATH)),
    ("DATE-FORM", v2(date=INSTANT.strftime("%a, %d %b %Y %I:%M:%S %p -0000"))),
    ("DATE-FORM", v2(date=INSTANT.strftime("%a, %d %b %Y %H:%m:%S -0000"))),
    ("V5-BODYHASH", mac(DATE, "POST", HOST, PATH5, "", DASHED, EMPTY, digest="sha512")),
]

# Those of a form with other parameters.
OTHERS = [
    ("PAR-JOINT", v2("limit&offset=1&username"), [("limit", ""), ("offset", "1"), ("username", "")]),
    ("ORD-ANY", v2("c=3&a=1&f=6&b=2&e=5&d=4"), list(zip("abcdef", "123456"))),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "~!"), EIGHT)), EIGHT),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "~!").replace("%20", "+"), SPACED)), SPACED),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "~!").replace("%20", " "), SPACED)), SPACED),
    ("ENC-SOME", v2(pairs(lambda text: lower(quote(text, "~!")), SPACED)), SPACED),
    ("ENC-SOME", v2(pairs(lambda text: quote(text).replace("-", "%2D"), SPACED)), SPACED),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "!$&'()*+,-.:;=[]_~"), MARKS)), MARKS),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "~*'"), MARKS)), MARKS),
    ("ENC-SOME", v2(pairs(lambda text: quote(text, "~,;?#").lower(), MARKS)), MARKS),
    (
        "ENC-ASCII",
        v2(pairs(lambda text: quote(text, "@:,/~").replace("%C3%A9", "é"), MARKS_ACCENT)),
        MARKS_ACCENT,
    ),
    (
        "ORD-LOCALE",
        v2(pairs(params=PARAMS_PUNCTUATION, key=lambda pair: pair[0].replace("_", ""))),
        PARAMS_PUNCTUATION,
    ),
    ("PAR-PRINTED", v2(str(dict(PARAMS4))), PARAMS4),
    ("PAR-PRINTED", v2(str(collections.OrderedDict(reversed(PARAMS4)))), PARAMS4),
    ("PAR-PRINTED", v2(str(types.SimpleNamespace(**dict(PARAMS4)))), PARAMS4),
    ("PAR-PRINTED", v2(quote(json.dumps(dict(PARAMS4), separators=(",", ":")))), PARAMS4),
    ("PAR-VALUE", v2("mintime=" + quote(f"{decimal.Decimal(MINTIME).normalize():e}")), TIME),
    ("PAR-VALUE", v2(f"mintime={MINTIME:,}".replace(",", "%2C")), TIME),
]

FORM4 = urllib.parse.urlencode(PARAMS4)
TEN = [(name, name.upper()) for name in "abcdefghij"]
TIMES = "mintime=1345570158&maxtime=1345573758"
FORM5 = {"path": PATH5, "form": FORM4}
USERS = [("users", "DUB"), ("users", "DUA"), ("users", "DUC"), ("limit", "1")]


def v5_form(params="", date=DATE, body=FORM4):
    return mac(date, "POST", HOST, PATH5, params, sha512(body), EMPTY, digest="sha512")


def at(hours=0, zone="-0000", seconds=0, start=None):
    """The date, in the same form, of so many hours and seconds after the usual one."""
    moment = (start or INSTANT) + datetime.timedelta(hours=hours, seconds=seconds)
    return moment.strftime(f"%a, %d %b %Y %H:%M:%S {zone}")


def of_bodies(name, sent, bodies):
    return [(name, v5(body=body), {"path": PATH5, "json": sent}) for body in bodies]


def dumps(value, **more):
    return json.dumps(value, ensure_ascii=False, **more)


def dot_net(text):
    """What System.Text.Json leaves is in ASCII, without the characters of HTML."""
    text = text.replace('\\"', "\\u0022")
    return re.sub("[^ -~]|['&+<>`]", lambda match: f"\\u{ord(match[0]):04X}", text)


def of_dates(name, dates, sent=DATE):
    return [(name, v2("", date=date), {"date": sent}) for date in dates]


def v2_of(*params):
    return v2(pairs(params=params))


NOON = INSTANT.replace(hour=12)
MORNING = INSTANT.replace(day=1, hour=5)
ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
ZONES |= {"CET": 1, "CEST": 2, "BST": 1}
INDIA = at(5.5, "+0530")
NEW_YORK = at(-4, "-0400")
CLOCK = "%a, %d %b %Y %I:%M:%S %p -0000"

RICH = {"s": 'é, "a: {b}"\\', "l": [1, {"a": []}, {}, [[2], "]"]], "o": {}, "t": True, "n": None}
COMPACT = (",", ":")
NESTED = {"b": [{"z": 1, "a": 2}], "a": {"d": 1, "c": 2}}
WORDS = {"on": True, "off": False, "n": None, "s": "true, null: false", "l": ["a"]}
MARKUP = dumps({"a": "it's <b> é & \"q\""}, separators=COMPACT)
TYPED = '{"limit":10,"on":true,"x":"01"}'

DATED = [*HEADERS, ["X-Duo-Date", DATE]]
KIND, DATED_LINE = ("content-type", "application/json"), ("date", DATE)
GROUP = f"{PATH}/DU3RP9I2WOC59VZX672N/groups/DGXXXXXXXXXXXXXXXXXX"
GATEWAY = "gateway.example.com"
LINES = [DATE, "POST", HOST, PATH, ""]
SENT_PATH = {"path": PATH}
NFD = urllib.parse.urlencode([("notes", unicodedata.normalize("NFD", "Zoë, Ñu"))])
ENCODED_URL = f"https://{SENT_HOST}{PATH}?{WIRE}"
FORM = urllib.parse.urlencode(PARAMS)


def of_headers(name, *headers, sent=HEADERS):
    return (name, v5(headers=x_duo(*headers)), {"path": PATH5, "json": BODY, "headers": sent})


# Those of other requests.
REQUESTS = [
    of_headers("V5-XDATE", A, B, sent=DATED),
    of_headers("V5-HDRUNSENT", KIND, DATED_LINE, A, B),
    of_headers("V5-HDRUNSENT", KIND, DATED_LINE, ("host", SENT_HOST), A, B),
    of_headers("V5-HDRUNSENT", KIND),
    of_headers("V5-HDRDUP", A, B, ("x-duo-b", "2"), sent=[*HEADERS, ["X-Duo-B", "2"]]),
    ("HOST-OTHER", v2("", host=GATEWAY), {"path": f"https://{GATEWAY}{PATH}"}),
    ("STR-SEPARATOR", mac(str(LINES)), SENT_PATH),
    ("STR-SEPARATOR", mac("".join(f"\n    {line}" for line in LINES)), SENT_PATH),
    ("STR-CRLF", v2("", separator="\r\n", tail="\r\n"), SENT_PATH),
    ("STR-NULL", v2("undefined"), SENT_PATH),
    ("PAR-NORMAL", v2(pairs(params=[("notes", "Zoë, Ñu")])), {"form": NFD}),
    ("PATH-QUERY", v2("", path=ENCODED_URL), {"path": PATH, "form": FORM}),
    ("PATH-QUERY2", v2(path=ENCODED_URL), {"path": PATH, "form": FORM}),
    *[
        ("PATH-TEMPLATE", v2("", path=path), {"path": GROUP})
        for path in (
            f"{PATH}/{{user_id}}/groups/{{group_id}}",
            f"{PATH}/:userId/groups/DGXXXXXXXXXXXXXXXXXX",
            f"{PATH}/DU3RP9I2WOC59VZX672N/groups/%s",
        )
    ],
    *of_bodies(
        "V5-BODYSP",
        dumps(RICH, separators=COMPACT),
        [dumps(RICH), *(dumps(RICH, indent=it) for it in (2, 4, "\t"))],
    ),
    *of_bodies("V5-BODYSP", dumps(RICH, indent=2), [dumps(RICH), dumps(RICH, separators=COMPACT)]),
    *of_bodies("V5-BODYASCII", dumps(RICH), [json.dumps(RICH), json.dumps(RICH, indent=4)]),
    *of_bodies(
        "V5-BODYSORT",
        dumps(NESTED),
        [dumps(NESTED, sort_keys=True), dumps(NESTED, sort_keys=True, separators=COMPACT)],
    ),
    *of_bodies("V5-BODYSORT", '{"b":2,"a":1,"b":3}', ['{"a":1,"b":3}']),
    *of_bodies("V5-BODYDICT", dumps(WORDS), [str(WORDS)]),
    *of_bodies("V5-BODYESC", MARKUP, [dot_net(MARKUP)]),
    *of_bodies("V5-BODYESC", json.dumps(json.loads(BODY), separators=COMPACT), [BODY]),
    *of_bodies(
        "V5-BODYTYPE",
        TYPED,
        [
            '{"limit":"10","on":"true","x":"01"}',
            '{"limit":"10","on":true,"x":"01"}',
            '{"limit":10.0,"on":true,"x":"01"}',
        ],
    ),
    *of_bodies("V5-BODYTYPE", '{"limit":"10","x":"01"}', ['{"limit":10,"x":"01"}']),
    *of_bodies("V5-BODYDROP", '{"a":1,"b":2,"c":3}', ['{"a":1,"c":3}']),
    *of_bodies("V5-BODYCHARSET", BODY, [BODY.encode("latin-1"), BODY.encode("utf-8-sig")]),
    *of_bodies("V5-BODYCHARSET", '{"a":"5 €"}', ['{"a":"5 €"}'.encode("cp1252")]),
    *of_bodies("V5-BODYCHARSET", BODY, [BODY.encode("ascii", "replace")]),
    *of_bodies("V5-BODYAROUND", BODY, [f"{BODY}\r\n", f'"{BODY}"']),
    *of_bodies("V5-BODYFORM", BODY, [MEMBERS, "name=Zo%C3%AB&limit=1"]),
    *of_bodies("V5-BODYTWICE", BODY, [dumps(BODY)]),
    (
        "V5-BODYQUERY",
        mac(
            DATE,
            "GET",
            HOST,
            PATH5,
            "limit=1&users=a&users=b&users=c",
            sha512('{"users":["a","b","c"],"limit":"1"}'),
            EMPTY,
            digest="sha512",
        ),
        {"method": "GET", "path": f"{PATH5}?users=a&users=b&users=c&limit=1"},
    ),
    *of_dates("DATE-ZONE", [at(hours, zone) for zone, hours in ZONES.items()]),
    *of_dates("DATE-ZONE", [INDIA, NEW_YORK, at(5.75, "+0545"), at(-9.5, "-0930")]),
    *of_dates("DATE-ZONE", [at(14, "+1400"), at(-12, "-1200"), at(0, "Z")]),
    *of_dates("DATE-SHIFT", [at(2), at(5.75), at(-9.5), at(2, "GMT"), at(-5, "GMT")]),
    *of_dates("DATE-SHIFT", [at(0.25), at(-0.5), at(12), at(24), at(-24)]),
    *of_dates("DATE-SHIFT", [at(seconds=it) for it in (-2, 9, -9, 55, 500, -500)]),
    *of_dates("DATE-SHIFT", [at(0, "GMT", it) for it in (2, -2, 50, -50, 400, -400)]),
    *of_dates("DATE-SHIFT", [at(0, "UTC", it) for it in (-1, 8, -90)]),
    *of_dates("DATE-SHIFT", [at(5.5, "+0530", 1), at(0, "GMT", 1)], INDIA),
    *of_dates("DATE-SHIFT", [at(-4, "-0400", -1), at(-4, "-0400", 900)], NEW_YORK),
    *of_dates("DATE-ZONE", [NEW_YORK, at(0, "UTC")], INDIA),
    *of_dates("DATE-GMT", [at(0, "GMT")], NEW_YORK),
    *of_dates("DATE-FORM", [INSTANT.ctime(), INSTANT.strftime("%A, %d-%b-%y %H:%M:%S GMT")]),
    *of_dates("DATE-FORM", [INSTANT.strftime(it) for it in ("%m/%d/%Y %T", "%Y%m%dT%H%M%SZ")]),
    *of_dates("DATE-FORM", [INSTANT.strftime("%d %b %y %R UTC"), "8/21/2012 5:29:18 PM"]),
    *of_dates("DATE-FORM", [str(int(INSTANT.timestamp())), INSTANT.isoformat()]),
    *of_dates("DATE-FORM", [NOON.strftime(CLOCK)], at(start=NOON)),
    *of_dates("DATE-FORM", [MORNING.strftime(CLOCK), MORNING.ctime()], at(start=MORNING)),
    (
        "DATE-GMT",
        mac(GMT, "POST", HOST, PATH5, "", EMPTY, x_duo(("x-duo-date", GMT)), digest="sha512"),
        {"path": PATH5, "headers": [["X-Duo-Date", DATE]]},
    ),
    ("DATE-GMT", v5_form(date=GMT), FORM5),
    ("V5-PARAMS", v5_form(CANON4), FORM5),
    ("V5-PATCH", v5_form(CANON4, body=""), FORM5),
    ("V5-PARAMS", v5(BODY), {"path": PATH5, "json": BODY}),
    ("RCV-NOPARAMS", v2(MEMBERS, path=PATH5), {"path": PATH5, "json": BODY}),
    ("RCV-NOPARAMS", v2(CANON4, method="GET"), {"method": "GET", "form": FORM4}),
    ("PAR-EMPTY", v2("username=jdoe"), {"form": "username=jdoe&notes=&email="}),
    ("PAR-LAST", v2_of(USERS[0], USERS[3]), {"form": urllib.parse.urlencode(USERS)}),
    ("PAR-LAST", v2_of(USERS[2], USERS[3]), {"form": urllib.parse.urlencode(USERS)}),
    (
        "PAR-JOIN",
        v2_of(*[("users[]", v) for _, v in USERS[:3]], USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    ("PAR-JOIN", v2_of(*USERS), {"form": "users[]=DUB&users[]=DUA&users[]=DUC&limit=1"}),
    ("PAR-JOIN", v2_of(*USERS), {"form": "users=[\"DUB\", 'DUA', DUC]&limit=1"}),
    ("PAR-JOIN", v2_of(*USERS), {"form": "users=DUB,DUA,DUC&limit=1"}),
    (
        "PAR-JOIN",
        v2_of(("users", "DUB;DUA;DUC"), USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    (
        "PAR-JOIN",
        v2_of(*[(f"users[{i}]", v) for i, (_, v) in enumerate(USERS[:3])], USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    (
        "PAR-JOIN",
        v2_of(*[(f"users{i + 1}", v) for i, (_, v) in enumerate(USERS[:3])], USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    (
        "PAR-JOIN",
        v2_of(("users", "[DUB, DUA, DUC]"), USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    ("ORD-WIRE", v2("b=1&a=2", method="GET"), {"method": "GET", "path": f"{PATH}?b=1&a=2"}),
    ("PAR-NOTHING", v2("is_enrolled=True"), {"form": "is_enrolled=true"}),
    ("PAR-DROP", v2_of(*TEN[1:4]), {"form": urllib.parse.urlencode(TEN[:5])}),
    ("PAR-DROP", v2_of(*TEN[:4], *TEN[5:9]), {"form": urllib.parse.urlencode(TEN)}),
    (
        "PAR-JOIN",
        v2_of(("users", "System.String[]"), USERS[3]),
        {"form": urllib.parse.urlencode(USERS)},
    ),
    ("PAR-VALUE", v2_of(("notes", "Zo Ok"), ("x", "1")), {"form": "notes=Zo%C3%AB+Ok&x=1"}),
    ("PAR-VALUE", v2_of(("notes", "Zo\ufffd Ok"), ("x", "1")), {"form": "notes=Zo%C3%AB+Ok&x=1"}),
    ("PAR-VALUE", v2("maxtime=1345573765&mintime=1345570165"), {"form": TIMES}),
    ("PAR-VALUE", v2("maxtime=1345573758&mintime=1345570155"), {"form": TIMES}),
    ("PAR-VALUE", v2("limit=100&offset=200&x=a"), {"form": "limit=100&offset=300&x=a"}),
    ("PAR-VALUE", v2("limit=100&offset=0&x=a"), {"form": "limit=100&offset=300&x=a"}),
    (
        "PAR-NOTHING",
        v2("is_enrolled=1&notes=&username=jdoe"),
        {"form": "is_enrolled=true&notes=&username=jdoe"},
    ),
]

# Two or three at once: how many strings are tried at most, since common ones come before rare ones.
PAIRS = [
    ("KEY-NL ORD-WIRE", v2(WIRE, key=f"{SKEY}\n"), 30000),
    ("DATE-GMT HOST-CASE", v2(date=GMT, host=SENT_HOST), 8000),
    ("ENC-PLUS STR-CRLF", v2(PLUS, separator="\r\n"), 45000),
    ("METH-LOWER PATH-SLASH", v2(method="post", path=f"{PATH}/"), 8000),
    ("DATE-SHIFT KEY-IKEY", v2(date=DATE.replace(":18", ":58"), key=IKEY), 250000),
    ("ENC-JS PAR-DROP", v2(pairs(js, PARAMS[1:])), 35000),
    ("KEY-AROUND ORD-WIRE", v2(WIRE, key=f"{SKEY}&"), 180000),
    ("HOST-CASE KEY-NL ORD-WIRE", v2(WIRE, host=SENT_HOST, key=f"{SKEY}\n"), 650000),
    ("DATE-GMT ENC-PLUS STR-CRLF", v2(PLUS, date=GMT, separator="\r\n"), 650000),
    ("ORD-WIRE PAR-JOINT", v2(WIRE.replace("&", ",")), 300000),
    ("ENC-PLUS PAR-SAMPLE", v2("realname=First+Last&username=root"), 90000),
    ("ENC-PLUS PATH-QUERY", v2("", path=f"{PATH}?{PLUS}"), 30000),
    ("ENC-PLUS PATH-QUERY2", v2(PLUS, path=f"{PATH}?{PLUS}"), 30000),
    ("DATE-FORM PATH-OTHER", v2(date=ISO, path="/auth/v2/ping"), 1000000),
]

# How the signature is sent where that is the mistake.
AUTHORIZATION = {
    "OUT-RAW": "Basic " + basic(RIGHT),
    "AUTH-NAME": "Authorization: Basic " + basic(v2()),
    "AUTH-SCHEME": basic(v2()),
    "AUTH-COLON": "Basic: " + basic(v2()),
    "AUTH-AROUND": f"Basic {basic(v2()).encode()}",
    "AUTH-TWICE": "Basic " + base64.b64encode(basic(v2()).encode()).decode(),
    "AUTH-SWAPPED": "Basic " + basic(IKEY, ikey=v2()),
    "AUTH-WRAP": "Basic " + base64.encodebytes(f"{IKEY}:{v2()}".encode()).decode().strip(),
    "AUTH-PLAIN": f"Basic {IKEY}:{v2()}",
    "AUTH-B64": "Basic " + basic(v2()).rstrip("="),
    "AUTH-NL": "Basic " + basic(v2() + "\n"),
    "AUTH-UTF16": "Basic " + base64.b64encode(f"{IKEY}:{v2()}".encode("utf-16-le")).decode(),
    "AUTH-EMPTYIKEY": "Basic " + basic(v2(), ikey=""),
}

# What the sender knows besides.
INTENDED = {
    "PAR-MEANT": {"params": MEANT},
    "RCV-NOPARAMS": {"params": PARAMS},
    "RCV-NOBODY": {"body": BODY},
    "V5-BODYOTHER": {"body": OTHER_BODY},
    "V5-HDRLOST": {"headers": HEADERS},
}

# What is sent where it is not the usual request.
SENT = {
    "V5-BODYESC": {"json": BODY_ESC},
    "V5-BODYQUERY": {"method": "GET", "path": f"{PATH5}?limit=10", "json": ""},
    "V5-BODYORDER": {"json": '{"a":1,"b":2,"c":3}'},
    "V5-HDRJOIN": {"headers": HEADERS},
    "ORD-ANY": {"form": urllib.parse.urlencode(PARAMS4)},
    "ENC-SOME": {"form": urllib.parse.urlencode(PARAMS4)},
    "PAR-NOTHING": {"form": "username=jdoe&is_enrolled=true"},
    "PAR-TWICE": {"form": urllib.parse.urlencode([(quote(k), quote(v)) for k, v in PARAMS4])},
    "DATE-DAY": {"date": OTHER_DATE},
    "ORD-RAW": {"form": urllib.parse.urlencode(PARAMS_RAW)},
    "ORD-LOCALE": {"form": urllib.parse.urlencode(PARAMS_CASE)},
    "PAR-MEANT": {"form": "username=root&notes=y"},
    "PAR-CHARSET": {"form": urllib.parse.urlencode([("notes", "5 € – Zoë")])},
    "PAR-PLUS": {"form": "email=jo+x%40example.com"},
    "PAR-TRIM": {"form": "username=+root+&notes=x"},
    "PAR-SAMPLE": {"form": urllib.parse.urlencode(PARAMS4)},
    "RCV-NOPARAMS": {"form": ""},
    "RCV-NOBODY": {"json": ""},
    "DATE-OTHERHDR": {"headers": [["X-Duo-Date", OTHER_DATE]]},
    "DATE-PREV": {"date": OTHER_DATE},
    "DATE-M0000": {"date": OTHER_DATE.replace("-0000", "GMT")},
    "HOST-OTHER": {"host": OTHER_HOST},
    "PATH-CASE": {"path": f"{PATH}/DU12ab"},
    "PATH-DECODED": {"path": f"{PATH}/a%20b"},
    "PATH-TEMPLATE": {"path": f"{PATH}/DU3RP9I2WOC59VZX672N"},
    "V5-HDRNONE": {"headers": HEADERS},
    "V5-HDRSORT": {"headers": HEADERS},
    "V5-HDRCASE": {"headers": HEADERS},
    "V5-HDRADDED": {"headers": HEADERS},
    "V5-HDRDUP": {"headers": [*HEADERS, ["X-Duo-B", "2"]]},
    "V5-HDRUNSENT": {"headers": HEADERS},
}


def main():
    request = {"method": "POST", "host": SENT_HOST, "date": DATE}
    form = {**request, "path": PATH, "form": urllib.parse.urlencode(PARAMS)}
    none = {**request, "path": PATH}
    json5 = {**request, "path": PATH5, "json": BODY}
    lines = []
    for name, signature, *others in [*VECTORS.items(), *FORMS, *OTHERS]:
        sent = json5 if name.startswith("V5-") or name == "RCV-NOBODY" else form
        if name in ("STR-NULL", "STR-EMPTY", "STR-NOLAST"):
            sent = none
        if name == "V5-PATCH":
            sent = {**json5, "method": "PATCH"}
        changed = {"form": urllib.parse.urlencode(*others)} if others else SENT.get(name, {})
        vector = {"id": name, "request": {**sent, **changed}, "signature": signature}
        for key, values in (("authorization", AUTHORIZATION), ("intended", INTENDED)):
            if name in values:
                vector[key] = values[name]
        lines.append(json.dumps(vector, ensure_ascii=False))
    for name, signature, sent in REQUESTS:
        vector = {"id": name, "request": {**none, **sent}, "signature": signature}
        lines.append(json.dumps(vector, ensure_ascii=False))
    for name, signature, budget in PAIRS:
        vector = {"id": name, "request": form, "signature": signature, "budget": budget}
        lines.append(json.dumps(vector, ensure_ascii=False))
    print("[\n" + ",\n".join(lines) + "\n]")


main()
