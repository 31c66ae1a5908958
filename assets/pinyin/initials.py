#!/usr/bin/env python3
"""Makes the table of core/domain/pinyin.h: with which letters the readings of a character begin.

    initials.py UNIHAN_READINGS.txt.bz2 OUT.c

Read are the readings that dictionaries of today's Mandarin give (Unicode Han Database, Debian
package unicode-data, Unicode licence): those of the 8,105 characters of the general standard
table with all their readings, the common dictionary's, and one reading for every other character.
"""
import bz2
import re
import sys
import unicodedata

FIELDS = ("kTGHZ2013", "kXHC1983", "kHanyuPinlu", "kMandarin")
PLAIN = range(0x4E00, 0xA000)  # the block that nearly all names are in: one byte each
STANDARD_LEAST = 8105


def letters(value):
    """The first letters of every reading in a field: "047.150:chóng 481.090:zhòng" gives "cz"."""
    found = set()
    for word in value.split():
        for reading in re.split(r"[,:]", re.sub(r"^[\d.,*]*:", "", word)):
            plain = unicodedata.normalize("NFD", reading.split("(")[0])
            first = plain[:1].lower()
            if "a" <= first <= "z":
                found.add(first)
    return found


def read(path):
    masks, standard = {}, 0
    with bz2.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            parts = line.rstrip("\n").split("\t")
            if len(parts) != 3 or parts[1] not in FIELDS:
                continue
            standard += parts[1] == "kTGHZ2013"
            code = int(parts[0][2:], 16)
            for letter in letters(parts[2]):
                masks[code] = masks.get(code, 0) | 1 << (ord(letter) - ord("a"))
    if standard < STANDARD_LEAST:
        sys.exit(f"{path}: {standard} characters of the standard table, not {STANDARD_LEAST}")
    return masks


def rows(values, form):
    lines, line = [], "   "
    for value in values:
        word = form(value)
        if len(line) + len(word) > 98:
            lines.append(line)
            line = "   "
        line += f" {word},"
    return "\n".join([*lines, line])


def main(source, out):
    masks = read(source)
    kinds = [0, *sorted(set(masks.values()))]
    if len(kinds) > 256:
        sys.exit(f"{len(kinds)} different sets of letters do not fit a byte")
    at = {mask: i for i, mask in enumerate(kinds)}
    plain = [at[masks.get(code, 0)] for code in PLAIN]
    others = [(code, at[mask]) for code, mask in sorted(masks.items()) if code not in PLAIN]
    with open(out, "w", encoding="utf-8") as file:
        file.write('#include "core/domain/pinyin_table.h"\n\n')
        file.write(f"const uint32_t pinyin_kinds[{len(kinds)}] = {{\n{rows(kinds, lambda m: f'0x{m:X}')}\n}};\n")
        file.write(f"const uint8_t pinyin_plain[{len(plain)}] = {{\n{rows(plain, str)}\n}};\n")
        packed = rows(others, lambda row: f"0x{row[0] << 8 | row[1]:X}")
        file.write(f"const uint32_t pinyin_others[{len(others)}] = {{\n{packed}\n}};\n")
        file.write(f"const size_t pinyin_other_count = {len(others)};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
