#!/usr/bin/env python3
"""Checks a file of `custodian audit export` without Custodian: Python's standard library and public documents only.

    verify_export.py --key 'name+hash+base64' export.jsonl

The key is the text in the file `verifier` of the checkpoints folder. Every line must show that its event is a leaf of
the tree (RFC 9162, sections 2.1.1 and 2.1.3.2) whose head the ledger signed (C2SP tlog-checkpoint and signed-note; Ed25519 of
RFC 8032, section 5.1), and that the event is spelled in its canonical form (RFC 8785). Exit status 0 means that all hold.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys


class False_(Exception):
    """What the file claims is not so."""


# Ed25519, RFC 8032 section 5.1. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def recover_x(y, sign):
    """Section 5.1.3, steps 2 to 4."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    if x is None:
        raise False_("an Ed25519 point is not on the curve")
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_holds(public, message, signature):
    """Section 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(s, BASE), add(decode_point(signature[:32]), times(k, decode_point(public))))


def self_test():
    """RFC 8032 section 7.1, test 3."""
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    assert ed25519_holds(public, b"\xaf\x82", signature)
    assert not ed25519_holds(public, b"\xaf\x83", signature)


# Signed notes and checkpoints.


def from_base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise False_("not base64") from error


def read_key(text):
    name, key_id, encoded = text.strip().split("+", 2)
    data = from_base64(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if data[:1] != b"\x01" or len(data) != 33 or expected.hex() != key_id:
        raise False_("the key is malformed")
    return name, expected, data[1:]


def open_checkpoint(note, key):
    """The size and root of a checkpoint that this key signed."""
    name, key_id, public = key
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    if not blank or not signatures.endswith("\n"):
        raise False_("the checkpoint is not a signed note")
    signed = False
    for line in signatures[:-1].split("\n"):
        dash, signer, encoded = line.split(" ")
        data = from_base64(encoded)
        if dash != "\u2014":
            raise False_("the checkpoint has a malformed signature line")
        if signer == name and data[:4] == key_id:
            if not ed25519_holds(public, text.encode(), data[4:]):
                raise False_("the checkpoint's signature is false")
            signed = True
    if not signed:
        raise False_("the checkpoint is not signed with this key")
    origin, size, root = text.split("\n")[:3]
    if origin != name or str(int(size)) != size:
        raise False_("the checkpoint is of another ledger or malformed")
    return int(size), from_base64(root)


# The tree.


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf, index, size, path, root):
    """RFC 9162 section 2.1.3.2, in its own letters."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


# The event.


class Digits(str):
    """A number as it was written."""


def canonical(value):
    """RFC 8785, except that a number with a fraction stays as it was written."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    return json.dumps(value)


def check_line(text, key, opened):
    line = json.loads(text, parse_float=Digits)
    note = line["checkpoint"]
    if note not in opened:
        opened[note] = open_checkpoint(note, key)
    size, root = opened[note]
    leaf = from_base64(line["leaf"])
    path = [bytes.fromhex(part) for part in line["proof"]["hashes"]]
    if any(len(part) != 32 for part in path):
        raise False_("a hash of the proof has not 32 bytes")
    if line["proof"]["tree_size"] != size:
        raise False_("the proof is for another size than the checkpoint")
    if canonical(line["event"]).encode() != leaf:
        raise False_("the event is not the one in the leaf")
    if not included(leaf_hash(leaf), line["leaf_index"], size, path, root):
        raise False_("the proof does not lead to the root in the checkpoint")
    return line["leaf_index"], line["event"]["event_id"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--key", required=True, help="the ledger's public key: name+hash+base64")
    arguments.add_argument("file", help="the export")
    given = arguments.parse_args()
    self_test()
    opened, leaves, events = {}, set(), set()
    number = 0
    try:
        key = read_key(given.key)
        with open(given.file, encoding="utf-8") as lines:
            for number, text in enumerate(lines, start=1):
                leaf, event = check_line(text, key, opened)
                if leaf in leaves or event in events:
                    raise False_("the event or its leaf was there before")
                leaves.add(leaf)
                events.add(event)
    except (False_, KeyError, ValueError, TypeError) as error:
        print(f"line {number}: {error}", file=sys.stderr)
        return 1
    print(f"{number} events are in the ledger as exported, under {len(opened)} signed checkpoint(s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
