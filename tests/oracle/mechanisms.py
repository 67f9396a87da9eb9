"""Requests whose mistakes are made by mechanisms and not from a list: any order of the parameters, an
encoder that leaves any characters, any part of the parameters, any offset of the date, any way to
write the JSON. What is right comes from Duo's Python client.

Arguments: a seed, and how many requests of one, two and three mistakes to print. Prints what
faults.py prints; the names of the mistakes are those of their mechanisms.
"""

import email.utils
import hashlib
import hmac
import json
import random
import string
import sys

from faults import IKEY, SKEY, Case, authorization, sha512, verifies

WORDS = ["root", "Jo", "Zoë", "10", "1701381600000", "true", "x"]
UNRESERVED = string.ascii_letters + string.digits + "-._~"
MECHANISMS = ["order", "encoding", "set", "date", "method", "host", "path", "body"]


def text(rng, specials):
    return "".join(rng.choice(WORDS) + rng.choice(specials) for _ in range(rng.randrange(1, 3))) + rng.choice(WORDS)


def encoder(rng, specials):
    """Percent-encodes, but for some characters that it leaves, or encodes although it need not."""
    other = {it for it in specials if rng.random() < 0.5}
    space, lower = rng.choice(["%20", "+", " "]), rng.random() < 0.3
    form = "%%%02x" if lower else "%%%02X"

    def encode(value):
        result = ""
        for found in value:
            if found == " ":
                result += space
            elif (found in UNRESERVED) != (found in other):
                result += found
            else:
                result += "".join(form % byte for byte in found.encode())
        return result

    return encode


def serializer(rng):
    if rng.random() < 0.3:
        layout = {"indent": rng.choice([1, 2, 3, 4])}
    else:
        layout = {"separators": (rng.choice([",", ", "]), rng.choice([":", ": "]))}
    return lambda value: json.dumps(value, ensure_ascii=rng.random() < 0.5, sort_keys=rng.random() < 0.5, **layout)


def spell(seconds, offset, rng):
    sign = "-" if offset < 0 else "+"
    zone = f"{sign}{abs(offset) // 60:02d}{abs(offset) % 60:02d}"
    return email.utils.formatdate(seconds + offset * 60).replace("-0000", zone)


def make(rng, count):
    while True:
        case = Case(rng)
        specials = rng.sample("!*'()@+/:;,$&=? ~[]", rng.randrange(1, 6))
        if case.body:
            case.body = json.dumps({rng.choice(WORDS[:2]) + str(i): text(rng, specials) for i in range(3)}, ensure_ascii=False, separators=(",", ":"))
            possible = ["date", "method", "host", "path", "body"]
        else:
            names = rng.sample(["username", "realname", "email", "notes", "limit", "offset", "a[]", "users"], rng.randrange(2, 6))
            case.pairs = [(name, text(rng, specials)) for name in names]
            case.is_form = case.version == 2 and case.method in ("POST", "PUT", "PATCH")
            possible = [it for it in MECHANISMS if it != "body"]
        if case.version == 5 and not case.body and case.method not in ("GET", "DELETE"):
            case.method = "GET"
        offset = rng.choice([-480, -300, 330, 345, 60, 540, -210])
        chosen = rng.sample(possible, min(count, len(possible)))
        pairs = list(case.pairs)
        right = lambda value: "".join(it if it in UNRESERVED else "".join(f"%{b:02X}" for b in it.encode()) for it in value)
        encode = encoder(rng, specials) if "encoding" in chosen else right
        if "set" in chosen:
            pairs = rng.sample(pairs, rng.randrange(0, len(pairs)))
        pairs = sorted(pairs, key=lambda it: (right(it[0]), right(it[1])))
        if "order" in chosen:
            rng.shuffle(pairs)
        if "date" in chosen:
            case.date = spell(case.time, offset, rng)
        names = ["date", "method", "host", "path", "params", "body", "headers"]
        lines = case.signed({})[0].split("\n")
        parts = dict(zip(names, lines))
        wanted = dict(parts)
        parts["params"] = "&".join(f"{encode(k)}={encode(v)}" for k, v in pairs)
        if "date" in chosen:
            seconds = case.time + rng.choice([-2, -1, 1, 2, 3, 7])
            parts["date"] = spell(case.time, 0, rng) if rng.random() < 0.5 else spell(seconds, offset, rng)
        if "method" in chosen:
            parts["method"] = rng.choice(["", parts["method"].lower()])
        if "host" in chosen:
            parts["host"] = rng.choice(["", "None", "undefined", parts["host"].upper()])
        if "path" in chosen:
            parts["path"] = rng.choice([parts["path"] + "/", parts["path"][1:]])
        if "body" in chosen:
            parts["body"] = sha512(serializer(rng)(json.loads(case.body)))
        # Each has to make a difference.
        if any(parts[it] == wanted[it] for it in chosen if it in parts):
            continue
        if {"order", "encoding", "set"} & set(chosen):
            if parts["params"] == wanted["params"]:
                continue
            if "encoding" in chosen and all(encode(t) == right(t) for it in pairs for t in it):
                continue
            if "order" in chosen and pairs == sorted(pairs, key=lambda it: (right(it[0]), right(it[1]))):
                continue
        signed = "\n".join(parts[it] for it in names[: len(lines)])
        signature = hmac.new(SKEY.encode(), signed.encode(), getattr(hashlib, case.digest)).hexdigest()
        if verifies(case, signature):
            continue
        request = case.sent()
        request["headers"].append(["Authorization", authorization(IKEY, signature)])
        return {"request": request, "mistakes": sorted(chosen), "canonical": signed}


def main():
    seed, *counts = map(int, sys.argv[1:])
    rng = random.Random(seed)
    cases = [make(rng, n + 1) for n, count in enumerate(counts) for _ in range(count)]
    json.dump(cases, sys.stdout)


if __name__ == "__main__":
    main()
