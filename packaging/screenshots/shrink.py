#!/usr/bin/env python3
"""Makes small pictures of large ones: half the width and height, at most 256 colours.

    shrink.py FROM.png TO.png      FROM as app/platform/png.c writes it: 8 bit RGB, no filters
"""
import struct
import sys
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(data):
    at = len(SIGNATURE)
    while at < len(data):
        (size,) = struct.unpack(">I", data[at:at + 4])
        yield data[at + 4:at + 8], data[at + 8:at + 8 + size]
        at += size + 12


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(SIGNATURE):
        sys.exit(f"{path}: no PNG")
    parts = list(chunks(data))
    width, height, bits, kind = struct.unpack(">IIBB", parts[0][1][:10])
    if (bits, kind) != (8, 2):
        sys.exit(f"{path}: not 8 bit RGB")
    raw = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    step = width * 3 + 1
    rows = [raw[y * step + 1:(y + 1) * step] for y in range(height)]
    if any(raw[y * step] for y in range(height)):
        sys.exit(f"{path}: its rows are filtered")
    return width, height, rows


def halve(width, height, rows):
    """Each pixel is the mean of four."""
    out = []
    for y in range(0, height - 1, 2):
        up, down = rows[y], rows[y + 1]
        line = []
        for x in range(0, (width - 1) * 3, 6):
            line.append(tuple((up[x + c] + up[x + 3 + c] + down[x + c] + down[x + 3 + c]) >> 2 for c in range(3)))
        out.append(line)
    return out


def palette(lines):
    """The commonest colours, coarser and coarser until 256 of them are enough for nearly all."""
    counts = {}
    for line in lines:
        for pixel in line:
            counts[pixel] = counts.get(pixel, 0) + 1
    kept = sorted(counts, key=lambda pixel: (-counts[pixel], pixel))[:64]
    coarse = {}
    for pixel, count in counts.items():
        key = tuple(value >> 4 for value in pixel)
        sums = coarse.setdefault(key, [0, 0, 0, 0])
        for c in range(3):
            sums[c] += pixel[c] * count
        sums[3] += count
    for key in sorted(coarse, key=lambda key: (-coarse[key][3], key)):
        red, green, blue, count = coarse[key]
        colour = (red // count, green // count, blue // count)
        if len(kept) < 256 and colour not in kept:
            kept.append(colour)
    return kept


def indexed(lines, colours):
    known = {colour: i for i, colour in enumerate(colours)}
    for line in lines:
        for pixel in line:
            if pixel not in known:
                known[pixel] = min(range(len(colours)),
                                   key=lambda i: sum((a - b) ** 2 for a, b in zip(colours[i], pixel)))
    return b"".join(b"\0" + bytes(known[pixel] for pixel in line) for line in lines)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def main(source, target):
    lines = halve(*read(source))
    colours = palette(lines)
    head = struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 3, 0, 0, 0)
    with open(target, "wb") as file:
        file.write(SIGNATURE + chunk(b"IHDR", head) + chunk(b"PLTE", b"".join(map(bytes, colours))))
        file.write(chunk(b"IDAT", zlib.compress(indexed(lines, colours), 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main(*sys.argv[1:])
