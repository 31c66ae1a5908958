#!/usr/bin/env python3
"""No function reads bytes of others without a fuzz target.

tests/fuzz/parsers.def is held against the house: every function of a header that by its name and what
it is given reads bytes, and every file that opens files or sockets, stands there with a target that
calls it, or with the reason why it needs none. Targets have a line in tests.cmake, a corpus and a row in
README.md.

usage: parsers.py SOURCE_DIR
       parsers.py --self      the rules' own test
"""
import pathlib
import re
import sys

NAMES = (r"\w+_(?:open|read|decode|parse|adopt|accept|verify|unwrap|next|take|check|cookie|read_head|read_refusal|"
         r"from_text|from_bytes|next_code|is_utf8|to_i64|zone_offset)")
GIVEN = re.compile(r"\bstruct (?:str|wire_bytes) \*?\w+|\bconst (?:uint8_t|void) \*\w+|\bFILE \*\w+")
DECLARED = re.compile(r"^\w[\w \*]*?\b(" + NAMES + r")\(([^;{]*?)\)[^;{]*;", re.S | re.M)
OPENS = re.compile(r"\b(?:os_file_read|os_map_open|csv_reader_open|recv|recvmsg|getline|fgets|fread)\(")
TOP = ("core", "sync", "app")


def bare(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def functions_of(text):
    """Names of functions that a header declares and that are given bytes."""
    return [match.group(1) for match in DECLARED.finditer(bare(text)) if GIVEN.search(" ".join(match.group(2).split()))]


def lines_of(text):
    """(word, what, target, caller) of each line of parsers.def."""
    found = []
    for word, rest in re.findall(r"^(PARSER|INSIDE|READER|PASSED)\((.*)\)$", bare(text), re.M):
        parts = [part.strip() for part in rest.split(",", 1 if word == "PASSED" else 2)]
        parts += [None] * (3 - len(parts))
        found.append((word, parts[0], None if word == "PASSED" else parts[1], parts[2]))
    return found


def readers_of(source):
    for path in sorted(p for top in TOP for p in (source / top).rglob("*.c")):
        name = str(path.relative_to(source))
        if not name.startswith("core/os/") and OPENS.search(bare(path.read_text(encoding="utf-8"))):
            yield name


def findings(source):
    listed = lines_of((source / "tests/fuzz/parsers.def").read_text(encoding="utf-8"))
    names = [line[1] for line in listed]
    cmake = (source / "tests/fuzz/tests.cmake").read_text(encoding="utf-8")
    targets = set(re.findall(r"^fuzz_target\((\w+)", cmake, re.M))
    readme = (source / "tests/fuzz/README.md").read_text(encoding="utf-8")
    declared = {}
    for path in sorted(p for top in TOP for p in (source / top).rglob("*.h")):
        if path.parent == source / "core/os":
            continue  # gives bytes, and looks at none
        for name in functions_of(path.read_text(encoding="utf-8")):
            declared.setdefault(name, str(path.relative_to(source)))
    for name, header in declared.items():
        if name not in names:
            yield f"{header}: {name}() is given bytes and has no line in tests/fuzz/parsers.def"
    readers = set(readers_of(source))
    for name in sorted(readers - set(names)):
        yield f"{name}: opens files or sockets and has no line in tests/fuzz/parsers.def"
    for word, name, target, caller in listed:
        here = "tests/fuzz/parsers.def"
        if names.count(name) > 1:
            yield f"{here}: {name} stands twice"
        known = name in readers if "/" in name else name in declared
        if not known:
            yield f"{here}: {name} is no parser of this house any more"
        if word == "PASSED":
            continue
        if target not in targets:
            yield f"{here}: {name}: no target {target} in tests.cmake"
            continue
        code = (source / f"tests/fuzz/target/{target}.c").read_text(encoding="utf-8")
        called = {"PARSER": name, "INSIDE": caller}.get(word)
        if called is not None and not re.search(rf"\b{called}\(", code):
            yield f"{here}: target {target} does not call {called}()"
    for target in sorted(targets):
        if not any((source / "tests/fuzz/corpus" / target).glob("*")):
            yield f"tests/fuzz/corpus/{target}: no input to begin with"
        if not re.search(rf"^\|[^|]*\b{target}\b", readme, re.M):
            yield f"tests/fuzz/README.md: no row says what {target} reads"


def check_self():
    header = """/* enum err ghost_read(struct str text); */
    enum err new_open(struct arena *arena,
                      struct wire_bytes bytes) MUST_USE;
enum err thing_read(struct str text, int *out);
void thing_show(struct str text);
bool thing_from_text(const struct thing *thing);
"""
    assert functions_of(header.replace("    enum", "enum", 1)) == ["new_open", "thing_read"]
    lines = lines_of('/* PARSER(no, no) */\nPARSER(a_read, b)\nINSIDE(c, d, e)\nREADER(x/y.c, z)\nPASSED(q, "one, two")\n')
    assert lines == [("PARSER", "a_read", "b", None), ("INSIDE", "c", "d", "e"), ("READER", "x/y.c", "z", None),
                     ("PASSED", "q", None, None)], lines
    assert OPENS.search("TRY(os_file_read(arena, path") and not OPENS.search("my_recv(x)")
    return 0


def main():
    if sys.argv[1:] == ["--self"]:
        return check_self()
    found = list(findings(pathlib.Path(sys.argv[1])))
    for line in found:
        print(line)
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
