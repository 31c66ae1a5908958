#!/usr/bin/env python3
"""The authorisation card as a borrower's telephone sees it: the code is read from the pixels of the
real app by a reader that is none of ours, and what it says is checked without headquarters.

usage: card.py SOURCE_DIR BUILD_DIR [--keep]
"""
import ctypes
import ctypes.util
import os
import pathlib
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import OFFLINE, Office, dump, sync_until  # noqa: E402
from programs import Failed, World, expect  # noqa: E402

INSTITUTION, LINE = "宁泽催收服务有限公司", "400-800-0000"


# ---- pixels ----

def unfilter(kind, row, before, step):
    """One row of a PNG as its filter left it (RFC 2083, 6)."""
    for i, byte in enumerate(row):
        left = row[i - step] if i >= step else 0
        above = before[i]
        corner = before[i - step] if i >= step else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = above
        elif kind == 3:
            guess = (left + above) // 2
        elif kind == 4:
            p = left + above - corner
            guess = min((abs(p - left), 0, left), (abs(p - above), 1, above), (abs(p - corner), 2, corner))[2]
        else:
            guess = 0
        row[i] = (byte + guess) & 0xFF
    return row


def grey(path):
    """The picture in grey, a byte a pixel: (width, height, bytes)."""
    data = path.read_bytes()
    expect(data.startswith(b"\x89PNG\r\n\x1a\n"), f"{path.name} is no PNG")
    at, packed = 8, b""
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if name == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            expect(depth == 8 and colour in (2, 6) and interlaced == 0, f"{path.name}: depth {depth}, colour {colour}")
            step = 3 if colour == 2 else 4
        elif name == b"IDAT":
            packed += body
        at += size + 12
    raw = zlib.decompress(packed)
    before, out = bytearray(width * step), bytearray()
    for y in range(height):
        start = y * (width * step + 1)
        before = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + width * step]), before, step)
        out += bytes((before[x] * 3 + before[x + 1] * 6 + before[x + 2]) // 10 for x in range(0, width * step, step))
    return width, height, bytes(out)


def read_codes(path):
    """What the QR codes of a picture say, by libzbar."""
    name = ctypes.util.find_library("zbar")
    expect(name, "libzbar0 is missing: packaging/install-packages build")
    zbar = ctypes.CDLL(name)
    for function in ("zbar_image_scanner_create", "zbar_image_create", "zbar_image_first_symbol", "zbar_symbol_next"):
        getattr(zbar, function).restype = ctypes.c_void_p
    zbar.zbar_symbol_get_data.restype = ctypes.c_char_p
    width, height, pixels = grey(path)
    scanner = ctypes.c_void_p(zbar.zbar_image_scanner_create())
    image = ctypes.c_void_p(zbar.zbar_image_create())
    zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
    zbar.zbar_image_set_size(image, width, height)
    zbar.zbar_image_set_data(image, pixels, ctypes.c_ulong(len(pixels)), None)
    zbar.zbar_scan_image(scanner, image)
    found, symbol = [], zbar.zbar_image_first_symbol(image)
    while symbol:
        found.append(zbar.zbar_symbol_get_data(ctypes.c_void_p(symbol)).decode("ascii"))
        symbol = zbar.zbar_symbol_next(ctypes.c_void_p(symbol))
    zbar.zbar_image_destroy(image)
    zbar.zbar_image_scanner_destroy(scanner)
    return found


# ---- the card ----

def checked(world, text, key):
    """`card verify` where there is no headquarters and no network: (exit code, words)."""
    nowhere = world.folder / "nowhere"
    nowhere.mkdir(exist_ok=True)
    alone = ["unshare", "--net"] if os.geteuid() == 0 else []
    done = subprocess.run([*alone, world.program("doorstep-hq"), "--lang", "en", "card", "verify", text,
                           "--key", key], capture_output=True, text=True, timeout=60, cwd=nowhere, check=False)
    return done.returncode, done.stdout + done.stderr


def card_shown(tablet, name):
    tablet.touch(f"await #root/more 20000\ntap #root/more\nwait 200\ntap #more/screen.card\nwait 300\nshot {name}.png\n"
                 "tap #card/back\nwait 100\n", OFFLINE)
    return read_codes(tablet.shots / f"{name}.png")


def card(world):
    office = Office(world, cases=30)
    hq, tablet = office.hq, office.tablet
    made = hq.run("card", "make", "--person", "C001", "--institution", INSTITUTION, "--line", LINE, "--no-picture")
    text = next(line for line in made.splitlines() if line.startswith("DSC1."))
    key = hq.run("card", "key").strip()
    sync_until(tablet, lambda: LINE in dump(tablet, "tap #root/more\nwait 200\ntap #more/screen.card\nwait 300\n"),
               "the card on the tablet", 40)
    tablet.touch("await #card/back 20000\ntap #card/back\nwait 100\n", OFFLINE, code=None)
    hq.kill()
    for lang, size in (("en", "1280x800"), ("zh", "1280x800"), ("en", "720x1280"), ("zh", "720x1280")):
        tablet.lang, tablet.size = lang, size
        codes = card_shown(tablet, f"card_{lang}_{size}")
        expect(codes == [text], f"{lang} {size}: the pixels say {codes}, not {text}")
        world.say(f"{lang} {size}: read from the screen, {len(text)} characters")
    code, said = checked(world, codes[0], key)
    expect(code == 0 and INSTITUTION in said and LINE in said, f"the card does not verify: {code} {said}")
    other = ("0" if key[0] != "0" else "1") + key[1:]
    code, said = checked(world, codes[0], other)
    expect(code == 3, f"the card verifies with another key: {code} {said}")
    changed = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    code, said = checked(world, changed, key)
    expect(code == 3, f"a changed card verifies: {code} {said}")
    world.say("it verifies offline by the published key, and by no other; a changed one does not")


def main():
    world = World(sys.argv[2], sys.argv[1])
    is_good = False
    try:
        card(world)
        is_good = True
    except Failed as fault:
        print(f"FAILED: {fault}")
    finally:
        world.close(keep="--keep" in sys.argv or not is_good)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
