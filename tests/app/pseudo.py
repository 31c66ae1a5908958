"""Texts two fifths longer: every word grows, so that what fits here fits a wordier language.

usage: pseudo.py texts.c pseudo_texts.c

Of every five letters two are doubled (hanzi likewise); placeholders in braces stay as they are.
"""
import re
import sys


def longer(text):
    out = []
    debt = 0
    for part in re.split(r"(\{[^{}]*\})", text):
        if part.startswith("{"):
            out.append(part)
            continue
        for letter in part:
            out.append(letter)
            debt += 2 if letter.isalpha() else 0
            if debt >= 5:
                out.append(letter.lower())
                debt -= 5
    return "".join(out)


def unquote(literal):
    return re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found.group(1), 8)]),
                  literal.replace('\\"', "\x01").replace("\\n", "\n").replace("\\\\", "\x02")
                  .encode()).replace(b"\x01", b'"').replace(b"\x02", b"\\").decode()


def quote(text):
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in (34, 92, 63) else f"\\{byte:03o}"
        for byte in text.encode())


def main():
    row = re.compile(r'^    \{("(?:[^"\\]|\\.)*"), (.*)\},$')
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().split("\n")
    for at, line in enumerate(lines):
        found = row.match(line)
        if found:
            texts = re.sub(r'"((?:[^"\\]|\\.)*)"',
                           lambda text: f'"{quote(longer(unquote(text.group(1))))}"',
                           found.group(2))
            lines[at] = f"    {{{found.group(1)}, {texts}}},"
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


main()
