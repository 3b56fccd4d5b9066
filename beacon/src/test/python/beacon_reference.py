#!/usr/bin/env python3
"""A second implementation of docs/PROTOCOL.md that follows the page check by check, to hold the first one against.

    beacon_reference.py generate   writes the golden vectors to standard output
    beacon_reference.py verdicts   reads lines "KEYS HEX", writes a line "VERDICT FIELDS" for each

KEYS is "-" or ID:SECRET,ID:SECRET… in hexadecimal; HEX may be empty. The fields are as in the vectors.
"""

import hashlib
import hmac
import struct
import sys

FLAGS = {1: "LEAVING", 2: "SOLICIT", 4: "OVERLAY", 16: "WITNESS", 32: "DIRECT", 64: "UNHEARD"}
SIGNED = 8
NONCE, DOUBT, ADDRESS, ECHO, GOODBYE, VOUCH, DETAIL, SUBJECTS, ACCOUNTS, HEARING, PAD = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255
FIXED = struct.Struct(">3sBHHHH4s20sQI8s")


class Rejected(Exception):
    pass


def require(condition, reason):
    if not condition:
        raise Rejected(reason)


def is_text(data):
    try:
        text = data.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        return False
    refused = [(0, 0x1F), (0x7F, 0x9F), (0x2028, 0x202E), (0x2066, 0x2069)]
    return not any(low <= ord(c) <= high for c in text for low, high in refused)


def can_connect(address):
    if len(address) == 4:
        return address[0] not in (0, 127) and address[0] < 224
    if len(address) == 16:
        unspecified = bytes(16)
        loopback = bytes(15) + b"\1"
        mapped = address[:12] == bytes(10) + b"\xff\xff"
        return address[0] != 0xFF and address not in (unspecified, loopback) and not mapped
    return False


def can_send(address):
    return can_connect(address) or address == bytes(15) + b"\1" or (len(address) == 4 and address[0] == 127)


def is_run(node, incarnation):
    return any(node) and 1 <= incarnation < 1 << 63


def decode(datagram, keys):
    """The fields of the datagram, by name. Rejected tells the reason; checks are numbered as on the page."""
    require(len(datagram) >= 4, "TOO_SHORT")  # 1
    require(datagram[:4] != b"ZRE\1", "ZRE_V1")  # 2
    require(datagram[:4] != b"ZRE\3", "ZRE_V3")
    require(datagram[:3] == b"PHR", "FOREIGN")
    require(datagram[3] == 1, "UNKNOWN_VERSION")  # 3
    require(len(datagram) >= 58, "TOO_SHORT")  # 4
    _, _, flags, wait, tcp, udp, cluster, node, incarnation, sequence, digest = FIXED.unpack_from(datagram)
    signed = flags & SIGNED != 0
    require(not signed or len(datagram) >= 78, "TOO_SHORT")
    body = datagram[:-20] if signed else datagram
    require(len(body) <= 235, "TOO_LONG")  # 5
    require(udp != 0 and is_run(node, incarnation), "RESERVED_VALUE")  # 6
    require(wait <= 60_000, "INTERVAL_TOO_LONG")  # 7

    texts = []
    at = 56
    for _ in ("name", "service"):  # 8, 9
        require(at < len(body), "BAD_LENGTH")
        length = body[at]
        require(length <= 63 and at + 1 + length <= len(body), "BAD_LENGTH")
        texts.append(body[at + 1 : at + 1 + length])
        at += 1 + length
    require(all(is_text(text) for text in texts), "BAD_TEXT")  # 10

    nonce = echo = doubt = goodbye = vouch = detail = subjects = accounts = hearing = None
    addresses = []
    while at < len(body):  # 11
        require(at + 2 <= len(body), "BAD_LENGTH")
        kind, length = body[at], body[at + 1]
        content = body[at + 2 : at + 2 + length]
        require(len(content) == length, "BAD_LENGTH")
        if kind == NONCE:
            require(nonce is None and length == 8 and any(content), "BAD_EXTENSION")
            nonce = content
        elif kind == ECHO:
            require(echo is None and length == 8 and any(content), "BAD_EXTENSION")
            echo = content
        elif kind == DOUBT:
            require(doubt is None and length == 28, "BAD_EXTENSION")
            doubt = content[:20], int.from_bytes(content[20:], "big")
            require(is_run(*doubt), "BAD_EXTENSION")
        elif kind == ADDRESS:
            require(len(addresses) < 4 and can_connect(content), "BAD_EXTENSION")
            addresses.append(content)
        elif kind == GOODBYE:
            require(goodbye is None and length == 8 and any(content), "BAD_EXTENSION")
            goodbye = content
        elif kind == VOUCH:
            require(vouch is None and can_send(content), "BAD_EXTENSION")
            vouch = content
        elif kind == DETAIL:
            require(detail is None and 1 <= length <= 64 and is_text(content), "BAD_EXTENSION")
            detail = content
        elif kind == SUBJECTS:
            require(subjects is None and length in range(10, 161, 10), "BAD_EXTENSION")
            subjects = list(struct.iter_unpack(">8sH", content))
        elif kind == ACCOUNTS:
            require(accounts is None and length in range(8, 129, 8), "BAD_EXTENSION")
            accounts = list(struct.iter_unpack(">II", content))
        elif kind == HEARING:
            require(hearing is None and length in range(4, 25, 5), "BAD_EXTENSION")
            heard, known = struct.unpack_from(">HH", content)
            losses = list(struct.iter_unpack(">4sB", content[4:]))
            require(known > 0 and heard <= known, "BAD_EXTENSION")
            require(all(1 <= percent <= 100 for _, percent in losses), "BAD_EXTENSION")
            hearing = heard, known, losses
        at += 2 + length
    require(not flags & 2 or nonce is not None, "MISSING_NONCE")  # 12

    require(signed or not keys, "UNSIGNED")  # 13
    if signed:
        key_id, signature = datagram[-20:-16], datagram[-16:]
        secrets = [secret for known, secret in keys if known == key_id]
        require(secrets, "UNKNOWN_KEY")  # 14
        made = [hmac.new(secret, datagram[:-16], hashlib.sha256).digest()[:16] for secret in secrets]
        require(any(hmac.compare_digest(signature, one) for one in made), "BAD_SIGNATURE")  # 15

    return {
        "flags": "+".join(name for bit, name in FLAGS.items() if flags & bit) or "-",
        "next": wait,
        "tcp": tcp,
        "udp": udp,
        "cluster": cluster.hex(),
        "id": node.hex(),
        "incarnation": incarnation,
        "sequence": sequence,
        "digest": digest.hex(),
        "name": escaped(texts[0].decode()),
        "service": escaped(texts[1].decode()),
        "nonce": nonce.hex() if nonce else "-",
        "echo": echo.hex() if echo else "-",
        "doubt": f"{doubt[0].hex()}/{doubt[1]}" if doubt else "-",
        "addresses": ",".join(address.hex() for address in addresses) or "-",
        "goodbye": goodbye.hex() if goodbye else "-",
        "vouch": vouch.hex() if vouch else "-",
        "detail": escaped(detail.decode()) if detail else "-",
        "subjects": ",".join(f"{node.hex()}/{run}" for node, run in subjects) if subjects else "-",
        "accounts": ",".join(f"{ago}/{number}" for ago, number in accounts) if accounts else "-",
        "hears": f"{hearing[0]}/{hearing[1]}" if hearing else "-",
        "losses": ",".join(f"{node.hex()}/{percent}" for node, percent in hearing[2]) or "-" if hearing else "-",
    }


def escaped(text):
    return text.replace("%", "%25").replace(" ", "%20").replace("|", "%7C")


def verdict(datagram, keys):
    try:
        fields = decode(datagram, keys)
    except Rejected as rejected:
        return str(rejected), ""
    return "ok", " ".join(f"{name}={value}" for name, value in fields.items())


# ---------------------------------------------------------------------------------------------------------------------
# The vectors.

KEYS = {
    "first": (bytes.fromhex("00000001"), bytes(range(32))),
    "second": (bytes.fromhex("c0ffee02"), b"sixteen bytes..."),
    "double": (bytes.fromhex("00000001"), bytes(range(32, 64))),
}
NODE = bytes(range(0xA0, 0xB4))
OTHER = bytes(range(0xC0, 0xD4))
NONCE_8 = bytes.fromhex("0123456789abcdef")
STARTED = 1_732_176_000_000


def extension(kind, content):
    return bytes([kind, len(content)]) + content


def beacon(
    flags=0, wait=1000, tcp=5671, udp=5671, cluster=bytes(4), node=NODE, incarnation=STARTED, sequence=0,
    digest=bytes(8), name=b"", service=b"", extensions=b"", magic=b"PHR", version=1, key=None,
):
    if key:
        flags |= SIGNED
    data = FIXED.pack(magic, version, flags, wait, tcp, udp, cluster, node, incarnation, sequence, digest)
    data += bytes([len(name)]) + name + bytes([len(service)]) + service + extensions
    return sign(data, key) if key else data


def sign(data, key):
    key_id, secret = KEYS[key]
    return data + key_id + hmac.new(secret, data + key_id, hashlib.sha256).digest()[:16]


def vectors():
    """(verdict, keys of the receiver, datagram, meaning); "same" is a beacon that encodes to the same bytes again."""
    nonce = extension(NONCE, NONCE_8)
    echo = extension(ECHO, NONCE_8[::-1])
    doubt = extension(DOUBT, OTHER + struct.pack(">Q", STARTED - 1))
    v4 = extension(ADDRESS, bytes([192, 168, 1, 20]))
    v6 = extension(ADDRESS, bytes.fromhex("fe80000000000000021122fffe334455"))
    goodbye = extension(GOODBYE, b"farewell")
    goodbye_hash = extension(GOODBYE, hashlib.sha256(b"farewell").digest()[:8])
    vouch4 = extension(VOUCH, bytes([192, 168, 1, 20]))
    vouch6 = extension(VOUCH, bytes.fromhex("fe80000000000000021122fffe334455"))
    subject = OTHER[:8] + struct.pack(">H", (STARTED - 1) & 0xFFFF)
    text63 = b"n" * 63

    def same(meaning, keys="-", **values):
        return "same", keys, beacon(**values), meaning

    def ok(meaning, keys="-", **values):
        return "ok", keys, beacon(**values), meaning

    def no(reason, meaning, keys="-", **values):
        return reason, keys, beacon(**values), meaning

    yield "# Beacons: the uses of the datagram."
    yield same("the shortest beacon: every field at its least", wait=0, tcp=0, udp=1, node=bytes(19) + b"\1", incarnation=1)
    yield same("announce", sequence=1, digest=bytes.fromhex("8badf00d00000001"), name=b"alpha-krmt", service=b"alpha")
    yield same("solicit", flags=2, sequence=2, name=b"alpha-krmt", service=b"alpha", extensions=nonce)
    yield same("probe, without names", flags=2, sequence=3, extensions=nonce)
    yield same("answer: an echo", sequence=4, extensions=echo)
    yield same("answer that solicits in its turn", flags=2, sequence=5, extensions=nonce + echo)
    yield same("a nonce without SOLICIT asks nothing", sequence=4, extensions=nonce)
    yield same("leaving", flags=1, wait=0, sequence=5, name=b"alpha-krmt", service=b"alpha")
    yield same("leaving, with the secret that proves it", flags=1, wait=0, sequence=6, extensions=goodbye)
    yield same("leaving since it failed, and how", flags=1, wait=0, sequence=7,
               extensions=goodbye + extension(DETAIL, b"exit 3"))
    yield same("answer: an echo, and the hash of that secret", sequence=7, extensions=echo + goodbye_hash)
    yield same("probe: are you there, and do you send from 192.168.1.20?", flags=2, sequence=8, extensions=nonce + vouch4)
    yield same("answer: I am, and I do", sequence=9, extensions=echo + goodbye_hash + vouch4)
    yield same("doubt", sequence=6, extensions=doubt)
    yield same("when did you hear these two?", flags=16, sequence=10, extensions=nonce + extension(SUBJECTS, subject + NODE[:8] + b"\0\1"))
    yield same("answer: the first 250 ms ago, with sequence number 7; the second never", flags=16, sequence=11,
               extensions=echo + extension(ACCOUNTS, struct.pack(">IIII", 250, 7, 0xFFFFFFFF, 0)))
    yield same("announce: I hear 97 of 99 well, and two badly", sequence=12,
               extensions=extension(HEARING, struct.pack(">HH", 97, 99) + OTHER[:4] + bytes([80]) + NODE[:4] + bytes([100])))
    yield same("only listens: TCP port 0", tcp=0, name=b"doctor")
    yield same("cluster prod: first 4 bytes of SHA-256 of its name", cluster=hashlib.sha256(b"prod").digest()[:4])
    yield same("cluster Zürich: the name hashed as UTF-8", cluster=hashlib.sha256("Zürich".encode()).digest()[:4])
    yield same("digest of an empty array [], which is not the digest of nothing", digest=hashlib.sha256(b"[]").digest()[:8])

    yield "# Beacons: each flag, each extension, each edge."
    yield same("OVERLAY", flags=4)
    yield same("WITNESS", flags=16)
    yield same("DIRECT", flags=32)
    yield same("DIRECT, and nothing of the receiver is heard", flags=96)
    yield same("every flag but SIGNED", flags=119, extensions=nonce)
    yield same("everything at once", flags=6, name=b"alpha-krmt", service=b"alpha", extensions=nonce + doubt + v4 + v6 + echo)
    yield same("the highest values", wait=60_000, tcp=65535, udp=65535, cluster=b"\xff" * 4, node=b"\xff" * 20,
               incarnation=(1 << 63) - 1, sequence=(1 << 32) - 1, digest=b"\xff" * 8, extensions=extension(NONCE, b"\xff" * 8))
    yield same("an IPv4 address", extensions=v4)
    yield same("an IPv6 address", extensions=v6)
    yield same("four addresses, their order kept, one of them twice", extensions=v6 + v4 + v6 + v4)
    yield same("IPv4 addresses at the edges: 1.0.0.0, 126.255.255.255, 128.0.0.0, 223.255.255.255",
               extensions=b"".join(extension(ADDRESS, bytes(a)) for a in
                                   ((1, 0, 0, 0), (126, 255, 255, 255), (128, 0, 0, 0), (223, 255, 255, 255))))
    yield same("IPv6 addresses at the edges: ::2, ::fffe:0:0, ::1:0:0:0, feff:…",
               extensions=b"".join(extension(ADDRESS, bytes.fromhex(a)) for a in
                                   ("00" * 15 + "02", "00" * 10 + "fffe" + "00" * 4, "00" * 9 + "01" + "00" * 6, "fe" + "ff" * 15)))
    yield same("vouching for an IPv6 address", extensions=vouch6)
    yield same("vouching for loopback: where a datagram comes from need not be reached from elsewhere",
               extensions=extension(VOUCH, bytes([127, 0, 0, 1])))
    yield same("vouching for ::1", extensions=extension(VOUCH, bytes(15) + b"\1"))
    yield same("the longest detail", flags=1, extensions=goodbye + extension(DETAIL, b"d" * 64))
    yield same("a detail without a goodbye means nothing", extensions=extension(DETAIL, "a ä|%".encode()))
    yield same("the least goodbye", extensions=extension(GOODBYE, bytes(7) + b"\1"))
    yield same("the longest answer with names: 58 + 126 + 10 + 10 + 10 + 18", flags=2, name=text63, service=text63,
               extensions=nonce + echo + goodbye_hash + vouch6)
    yield same("a doubt about the sender itself", extensions=extension(DOUBT, NODE + struct.pack(">Q", STARTED)))
    yield same("a doubt with the least id and incarnation", extensions=extension(DOUBT, bytes(19) + b"\1" + struct.pack(">Q", 1)))
    yield same("sixteen subjects, the most", extensions=nonce + extension(SUBJECTS, subject * 16))
    yield same("sixteen accounts, one that cannot tell among them",
               extensions=echo + extension(ACCOUNTS, struct.pack(">II", 0xFFFFFFFE, 0xFFFFFFFF) + bytes(8) * 15))
    yield same("hears all of one", extensions=extension(HEARING, struct.pack(">HH", 1, 1)))
    yield same("hears nobody of the most, and names the most",
               extensions=extension(HEARING, struct.pack(">HH", 0, 65535) + (OTHER[:4] + b"\1") * 4))
    yield same("subjects without a nonce ask nothing", extensions=extension(SUBJECTS, subject))
    yield same("the longest unsigned beacon, 235 bytes: 58 + 63 + 62 + 10 + 30 + 6 + 6",
               flags=2, name=text63, service=b"s" * 62, extensions=nonce + doubt + v4 + v4)
    yield same("the longest signed beacon, 255 bytes", "first",
               flags=2, name=text63, service=b"s" * 62, extensions=nonce + doubt + v4 + v4, key="first")

    yield "# Beacons: text."
    yield same("names with spaces, a bar and a percent sign", name=b" a|b 100% ", service=b" ")
    yield same("characters of one, two, three and four bytes", name="aä€𝄞".encode(), service="日本語".encode())
    yield same("63 bytes in 21 characters", name="語".encode() * 21)
    yield same("allowed neighbours of what is refused: U+0020 U+007E U+00A0 U+2027 U+202F U+2065 U+206A",
               name="\u0020\u007e\u00a0\u2027\u202f\u2065\u206a".encode())
    yield same("the ends of the ranges: U+0800 U+D7FF U+E000 U+FFFF U+10000 U+10FFFF",
               name="\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff".encode())
    yield same("decomposed, and so not equal to its composed form", name="u\u0308".encode(), service="\u00fc".encode())

    yield "# Beacons: signatures. The receiver's keys are in the second column."
    yield same("signed, the shortest", "first", key="first")
    yield same("signed, with everything", "first", flags=6, name=b"alpha-krmt", service=b"alpha",
               extensions=nonce + v4, key="first")
    yield same("signed with a text as the secret", "second", key="second", name=b"alpha-krmt")
    yield ok("signed with the older of two keys that are valid", "first,second", key="second", name=b"alpha-krmt")
    yield ok("two secrets under one id, and the later one signed", "first,double", key="double")

    yield "# Beacons of a later time: what is not known is dropped, and another order is not kept: these do not encode to the same bytes again."
    yield ok("every unknown flag", flags=0xFF80)
    yield ok("an unknown extension, empty", extensions=extension(11, b""))
    yield ok("unknown extensions 0, 200 and 254 among known ones", flags=2,
             extensions=extension(200, b"later") + nonce + extension(0, b"\0") + v4 + extension(254, b"!" * 9))
    yield ok("an unknown extension between two addresses", extensions=v4 + extension(12, b"\3\4\1\1\1\1") + v6)
    yield ok("an unknown extension twice", extensions=extension(11, b"a") * 2)
    yield ok("the longest unknown extension", extensions=extension(11, b"x" * 175))
    yield ok("a solicit filled up to 235 bytes", flags=2, extensions=nonce + extension(PAD, bytes(165)))
    yield ok("… and signed, to 255", "first", flags=2, extensions=nonce + extension(PAD, bytes(165)), key="first")
    yield ok("filled up twice, with nothing and with anything", extensions=extension(PAD, b"") + extension(PAD, b"anything"))
    yield ok("an unknown flag and extension, signed", "first", flags=0x8000, extensions=extension(77, b"later"), key="first")
    yield ok("known extensions in descending order", extensions=v4 + doubt + nonce)

    yield "# Not ours."
    yield "TOO_SHORT", "-", b"", "nothing"
    yield "TOO_SHORT", "-", b"PHR", "the magic alone"
    yield "TOO_SHORT", "-", b"PHR\1", "magic and version alone"
    yield "TOO_SHORT", "-", beacon()[:57], "one byte less than the shortest beacon"
    yield "TOO_SHORT", "first", beacon(key="first")[:77], "one byte less than the shortest signed beacon"
    yield "TOO_SHORT", "-", beacon(flags=8), "SIGNED, and no room for a signature"
    yield "TOO_SHORT", "-", beacon(flags=8)[:57], "SIGNED, and shorter than that"
    yield "ZRE_V1", "-", b"ZRE\1" + NODE[:16] + b"\xc0\x00", "a ZRE beacon: 22 bytes, it shares the port"
    yield "ZRE_V3", "-", b"ZRE\3" + NODE[:16] + b"\xc0\x00" + NODE + NODE[:12], "one of version 3, with its public key"
    yield "FOREIGN", "-", b"ZRE\2" + NODE[:16] + b"\xc0\x00", "there is no version 2 of it"
    yield "FOREIGN", "-", bytes(58), "zeroes"
    yield no("FOREIGN", "another third letter", magic=b"PHS")
    yield no("FOREIGN", "lower case", magic=b"phr")
    yield "FOREIGN", "-", b"x" * 300, "foreign and too long: foreign"
    yield no("UNKNOWN_VERSION", "version 0", version=0)
    yield no("UNKNOWN_VERSION", "version 2", version=2)
    yield "UNKNOWN_VERSION", "-", b"PHR\xff", "an unknown version may be short"
    yield "UNKNOWN_VERSION", "-", b"PHR\x02" + bytes(400), "… or long"

    yield "# Refused, in the order of the checks."
    yield "TOO_LONG", "-", beacon(extensions=extension(11, b"x" * 176)), "236 bytes unsigned"
    yield no("TOO_LONG", "256 bytes signed", "first", extensions=extension(11, b"x" * 176), key="first")
    yield "TOO_LONG", "-", beacon() + bytes(1000), "1,058 bytes"
    yield no("TOO_LONG", "too long and reserved: too long", udp=0, extensions=extension(11, b"x" * 176))
    yield no("RESERVED_VALUE", "own UDP port 0", udp=0)
    yield no("RESERVED_VALUE", "node id all zero", node=bytes(20))
    yield no("RESERVED_VALUE", "incarnation 0", incarnation=0)
    yield no("RESERVED_VALUE", "incarnation 2^63", incarnation=1 << 63)
    yield no("RESERVED_VALUE", "reserved and the interval too long: reserved", udp=0, wait=60_001)
    yield no("INTERVAL_TOO_LONG", "next in 60,001 ms", wait=60_001)
    yield no("INTERVAL_TOO_LONG", "next in 65,535 ms, and a bad text", wait=65_535, name=b"\0")
    yield "BAD_LENGTH", "-", beacon()[:56] + b"\x40" + b"n" * 64 + b"\0", "a name of 64 bytes"
    yield "BAD_LENGTH", "-", beacon()[:57] + b"\x40" + b"s" * 64, "a service of 64 bytes"
    yield "BAD_LENGTH", "-", beacon()[:56] + b"\1n", "no byte left for the length of the service"
    yield "BAD_LENGTH", "-", beacon()[:56] + b"\2n", "a name past the end"
    yield "BAD_LENGTH", "-", beacon()[:57] + b"\1", "a service past the end"
    yield "BAD_LENGTH", "-", beacon()[:56] + b"\1\0\1", "a control in the name and a service past the end: the length"
    yield no("BAD_TEXT", "a control: newline", name=b"a\nb")
    yield no("BAD_TEXT", "U+0000", service=b"\0")
    yield no("BAD_TEXT", "U+001F", name=b"\x1f")
    yield no("BAD_TEXT", "U+007F", name=b"\x7f")
    yield no("BAD_TEXT", "U+0080", name=b"\xc2\x80")
    yield no("BAD_TEXT", "U+009F", service=b"\xc2\x9f")
    for point in (0x2028, 0x202E, 0x2066, 0x2069):
        yield no("BAD_TEXT", f"U+{point:04X}", name=chr(point).encode())
    yield no("BAD_TEXT", "a byte that continues nothing", name=b"\x80")
    yield no("BAD_TEXT", "overlong: / in two bytes", name=b"\xc0\xaf")
    yield no("BAD_TEXT", "overlong: U+007F in two bytes", name=b"\xc1\xbf")
    yield no("BAD_TEXT", "overlong: U+07FF in three bytes", name=b"\xe0\x9f\xbf")
    yield no("BAD_TEXT", "overlong: U+FFFF in four bytes", name=b"\xf0\x8f\xbf\xbf")
    yield no("BAD_TEXT", "the surrogate U+D800", name=b"\xed\xa0\x80")
    yield no("BAD_TEXT", "the surrogate U+DFFF", name=b"\xed\xbf\xbf")
    yield no("BAD_TEXT", "U+110000", name=b"\xf4\x90\x80\x80")
    yield no("BAD_TEXT", "the byte 0xF5", name=b"\xf5\x80\x80\x80")
    yield no("BAD_TEXT", "the byte 0xFF", name=b"\xff")
    yield no("BAD_TEXT", "a character cut off by the end of the name, going on in the next", name=b"\xc3", service=b"\xa4")
    yield no("BAD_TEXT", "two bytes of three, then a letter", name=b"\xe2\x82a")
    yield no("BAD_TEXT", "a bad text and a bad extension: the text", name=b"\0", extensions=extension(NONCE, b""))
    yield no("BAD_LENGTH", "one byte after the service", extensions=b"\1")
    yield no("BAD_LENGTH", "an extension past the end", extensions=b"\4\1")
    yield no("BAD_LENGTH", "a known extension past the end", extensions=nonce[:-1])
    yield no("BAD_LENGTH", "an extension that reaches into the signature", "first", extensions=b"\4\1", key="first")
    yield no("BAD_LENGTH", "a bad length after a good extension", extensions=nonce + b"\0")
    yield no("BAD_EXTENSION", "a nonce of 7 bytes", extensions=extension(NONCE, b"1234567"))
    yield no("BAD_EXTENSION", "a nonce of 9 bytes", extensions=extension(NONCE, b"123456789"))
    yield no("BAD_EXTENSION", "nonce 0", extensions=extension(NONCE, bytes(8)))
    yield no("BAD_EXTENSION", "two nonces, though equal", extensions=nonce * 2)
    yield no("BAD_EXTENSION", "an echo of 7 bytes", extensions=extension(ECHO, b"1234567"))
    yield no("BAD_EXTENSION", "echo 0", extensions=extension(ECHO, bytes(8)))
    yield no("BAD_EXTENSION", "two echoes", extensions=echo * 2)
    yield no("BAD_EXTENSION", "a doubt of 20 bytes", extensions=extension(DOUBT, OTHER))
    yield no("BAD_EXTENSION", "a doubt about nobody", extensions=extension(DOUBT, bytes(27) + b"\1"))
    yield no("BAD_EXTENSION", "a doubt about incarnation 0", extensions=extension(DOUBT, OTHER + bytes(8)))
    yield no("BAD_EXTENSION", "a doubt about incarnation 2^63", extensions=extension(DOUBT, OTHER + b"\x80" + bytes(7)))
    yield no("BAD_EXTENSION", "two doubts", extensions=doubt * 2)
    yield no("BAD_EXTENSION", "five addresses", extensions=v4 * 5)
    yield no("BAD_EXTENSION", "an address of no bytes", extensions=extension(ADDRESS, b""))
    yield no("BAD_EXTENSION", "an address of 5 bytes", extensions=extension(ADDRESS, b"\x0a\0\0\1\1"))
    for first, name in ((0, "this network"), (127, "loopback"), (224, "multicast"), (240, "reserved"), (255, "broadcast")):
        yield no("BAD_EXTENSION", f"{first}.…: {name}", extensions=extension(ADDRESS, bytes([first]) + b"\xff\xff\xff"))
    yield no("BAD_EXTENSION", "::", extensions=extension(ADDRESS, bytes(16)))
    yield no("BAD_EXTENSION", "::1", extensions=extension(ADDRESS, bytes(15) + b"\1"))
    yield no("BAD_EXTENSION", "ff02::1: multicast", extensions=extension(ADDRESS, b"\xff\2" + bytes(13) + b"\1"))
    yield no("BAD_EXTENSION", "::ffff:10.0.0.1: IPv4 in disguise", extensions=extension(ADDRESS, bytes(10) + b"\xff\xff\x0a\0\0\1"))
    yield no("BAD_EXTENSION", "a goodbye of 7 bytes", extensions=extension(GOODBYE, b"1234567"))
    yield no("BAD_EXTENSION", "goodbye 0", extensions=extension(GOODBYE, bytes(8)))
    yield no("BAD_EXTENSION", "two goodbyes", extensions=goodbye * 2)
    yield no("BAD_EXTENSION", "vouching for no bytes", extensions=extension(VOUCH, b""))
    yield no("BAD_EXTENSION", "vouching for 5 bytes", extensions=extension(VOUCH, b"\x0a\0\0\1\1"))
    yield no("BAD_EXTENSION", "vouching for 0.0.0.0", extensions=extension(VOUCH, bytes(4)))
    yield no("BAD_EXTENSION", "vouching for a group", extensions=extension(VOUCH, b"\xe0\0\0\1"))
    yield no("BAD_EXTENSION", "vouching for ::", extensions=extension(VOUCH, bytes(16)))
    yield no("BAD_EXTENSION", "vouching for ::ffff:10.0.0.1", extensions=extension(VOUCH, bytes(10) + b"\xff\xff\x0a\0\0\1"))
    yield no("BAD_EXTENSION", "vouching twice", extensions=vouch4 + vouch6)
    yield no("BAD_EXTENSION", "a detail of no bytes", extensions=extension(DETAIL, b""))
    yield no("BAD_EXTENSION", "a detail of 65 bytes", extensions=extension(DETAIL, b"d" * 65))
    yield no("BAD_EXTENSION", "a detail that breaks the line", extensions=extension(DETAIL, b"exit\n3"))
    yield no("BAD_EXTENSION", "a detail that is not UTF-8", extensions=extension(DETAIL, b"exit \xff"))
    yield no("BAD_EXTENSION", "two details", extensions=extension(DETAIL, b"exit 3") * 2)
    yield no("BAD_EXTENSION", "subjects of no bytes", extensions=extension(SUBJECTS, b""))
    yield no("BAD_EXTENSION", "a subject of 9 bytes", extensions=extension(SUBJECTS, subject[:9]))
    yield no("BAD_EXTENSION", "seventeen subjects", extensions=extension(SUBJECTS, subject * 17))
    yield no("BAD_EXTENSION", "subjects twice", extensions=extension(SUBJECTS, subject) * 2)
    yield no("BAD_EXTENSION", "accounts of no bytes", extensions=extension(ACCOUNTS, b""))
    yield no("BAD_EXTENSION", "an account of 7 bytes", extensions=extension(ACCOUNTS, bytes(7)))
    yield no("BAD_EXTENSION", "seventeen accounts", extensions=extension(ACCOUNTS, bytes(8 * 17)))
    yield no("BAD_EXTENSION", "accounts twice", extensions=extension(ACCOUNTS, bytes(8)) * 2)
    one = struct.pack(">HH", 0, 1)
    yield no("BAD_EXTENSION", "hearing of no bytes", extensions=extension(HEARING, b""))
    yield no("BAD_EXTENSION", "hearing of 8 bytes", extensions=extension(HEARING, one + OTHER[:4]))
    yield no("BAD_EXTENSION", "five losses", extensions=extension(HEARING, one + (OTHER[:4] + b"\1") * 5))
    yield no("BAD_EXTENSION", "hears two of one", extensions=extension(HEARING, struct.pack(">HH", 2, 1)))
    yield no("BAD_EXTENSION", "hears none of none", extensions=extension(HEARING, bytes(4)))
    yield no("BAD_EXTENSION", "a loss of nothing", extensions=extension(HEARING, one + OTHER[:4] + b"\0"))
    yield no("BAD_EXTENSION", "a loss of more than all", extensions=extension(HEARING, one + OTHER[:4] + b"\x65"))
    yield no("BAD_EXTENSION", "hearing twice", extensions=extension(HEARING, one) * 2)
    yield no("BAD_EXTENSION", "a bad extension and then a bad length: the first", extensions=extension(NONCE, bytes(8)) + b"\1")
    yield no("MISSING_NONCE", "SOLICIT without a nonce", flags=2)
    yield no("MISSING_NONCE", "… signed or not", "second", flags=2, key="first")
    yield no("UNSIGNED", "not signed, and the receiver has a key", "first")
    yield no("UNSIGNED", "20 bytes more, but the flag is missing: an unknown extension", "first",
             extensions=extension(99, bytes(18)))
    yield no("UNKNOWN_KEY", "signed, and the receiver has no key", key="first")
    yield no("UNKNOWN_KEY", "signed with a key that the receiver does not have", "first", key="second")
    yield "BAD_SIGNATURE", "first", beacon(key="double"), "the right key id and another secret"
    good = beacon(key="first", name=b"alpha-krmt")
    yield "BAD_SIGNATURE", "first", good[:-1] + bytes([good[-1] ^ 1]), "the last bit of the signature"
    yield "BAD_SIGNATURE", "first", good[:47] + bytes([good[47] ^ 1]) + good[48:], "another sequence number"
    yield "BAD_SIGNATURE", "first", good[:4] + b"\x80" + good[5:], "an unknown flag added: it is signed too"
    moved = bytearray(beacon(key="second"))
    moved[-20:-16] = KEYS["first"][0]
    yield "BAD_SIGNATURE", "first,second", bytes(moved), "signed with a known key, under the id of another"


HEAD = """\
# Golden vectors of the presence datagram, version 1. docs/PROTOCOL.md specifies it; beacon_reference.py, a second
# implementation that shares no code with the first, generated this file.
#
# key NAME | ID | SECRET            a key of these vectors, in hexadecimal
# VERDICT | KEYS | BYTES | FIELDS | MEANING
#
# VERDICT is "same" (a beacon; encoding what was decoded, with the first of the keys, gives the same bytes), "ok" (a
# beacon, of which encoding gives other bytes) or the reason to refuse. KEYS are the receiver's, "-" for none. In FIELDS
# names have %20, %25 and %7C for a space, a percent sign and a bar; "-" stands for nothing; ids, nonces, hashes and
# addresses are hexadecimal, the other numbers decimal.
"""


def generate():
    print(HEAD)
    for name, (key_id, secret) in KEYS.items():
        print(f"key {name} | {key_id.hex()} | {secret.hex()}")
    for vector in vectors():
        if isinstance(vector, str):
            print(f"\n{vector}")
            continue
        expected, names, datagram, meaning = vector
        keys = [] if names == "-" else [KEYS[name] for name in names.split(",")]
        found, fields = verdict(datagram, keys)
        if found != ("ok" if expected == "same" else expected):
            sys.exit(f"{meaning}: expected {expected}, found {found}")
        print(" | ".join((expected, names, datagram.hex(), fields, meaning)))


def judge():
    known = {}
    for line in sys.stdin:
        names, _, data = line.rstrip("\n").partition(" ")
        if names not in known:
            pairs = [] if names == "-" else [pair.split(":") for pair in names.split(",")]
            known[names] = [(bytes.fromhex(key_id), bytes.fromhex(secret)) for key_id, secret in pairs]
        print(*verdict(bytes.fromhex(data), known[names]))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    commands = {"generate": generate, "verdicts": judge}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
