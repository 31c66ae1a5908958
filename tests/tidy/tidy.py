#!/usr/bin/env python3
"""tidy -- rules of the house that a compiler does not check.

usage: tidy.py SOURCE_DIR BUILD_DIR

Every finding says the file, the line and what to do instead; exit 1 when there is one.
The rules' own tests are in test_tidy.py.
"""
import pathlib
import re
import subprocess
import sys

BANNED = {
    r"\b(malloc|calloc|realloc|free)\s*\(": (
        "take memory from an arena",
        ("core/base/arena.c", "app/platform/", "assets/", "tests/", "sync/client/transport_curl.c",
         "sync/server/http/", "core/store/", "sync/server/store/", "sync/server/report/doc_json.c"),
    ),
    r"\b(time|gettimeofday|clock_gettime|localtime|gmtime)\s*\(": (
        "take a struct clock; only core/os reads the time",
        ("core/os/", "tests/", "assets/"),
    ),
    r"\b(rand|srand|random|drand48)\s*\(": (
        "take a struct rng; only core/os makes randomness", ("tests/",)),
    r"\b(strcpy|sprintf|gets|strtok|atoi|atol|atof)\s*\(": (
        "use core/base/str.h", ("assets/", "tests/")),
    r"\b(TODO|FIXME|XXX)\b": ("finish it", ("tests/tidy/",)),
}
BAD_STEMS = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}
# What a pure archive may take from outside: memory and text of libc, arithmetic, the libraries
# named in its room() line. Compilers write bcmp for memcmp() == 0 and stpcpy for a strcpy.
PURE_ALLOWED = re.compile(
    r"^(mem(cpy|move|set|cmp|chr)|bcmp|str(len|cmp|ncmp|chr|rchr|cat|str|nlen)|qsort|bsearch|abort|malloc|"
    r"free|vsnprintf|snprintf|fprintf|stderr|__\w+|_GLOBAL_OFFSET_TABLE_|sincos|sin|cos|asin|atan2|sqrt|"
    r"fabs|lround|pb_\w+|crypto_\w+|sodium_\w+|ZSTD_\w+|ZDICT_\w+|nan|stpcpy)$")


def read(path):
    return path.read_text(encoding="utf-8")


def strip_comments(text):
    """Blanks comments and string contents, keeping the lines."""
    def blank(match):
        token = match.group(0)
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return '"' + " " * (len(token) - 2) + '"'
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def layers_read(build):
    layers = {}
    for line in read(build / "layers.txt").splitlines():
        room, _, rest = line.partition(":")
        words = rest.split()
        layers[room] = {"pure": "pure" in words, "uses": [w for w in words if w != "pure"]}
    return layers


def room_of(path, layers):
    """The innermost room that holds a path, or None."""
    best = None
    for room in layers:
        if path.startswith(room + "/") and (best is None or len(room) > len(best)):
            best = room
    return best


def check_layers(name, text, layers):
    room = room_of(name, layers)
    if room is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        other = room_of(match.group(1), layers)
        if other is None:
            yield number, f'include "{match.group(1)}" with its full path from the top folder'
        elif other != room and other not in layers[room]["uses"]:
            yield number, f"{room} may not include {other}; see the room() lines of CMakeLists.txt"


def check_banned(name, text):
    bare = strip_comments(text)
    for pattern, (instead, allowed) in BANNED.items():
        if name.startswith(allowed):
            continue
        haystack = text if "TODO" in pattern else bare
        for match in re.finditer(pattern, haystack):
            yield haystack.count("\n", 0, match.start()) + 1, f"{match.group(0).strip('( ')}: {instead}"


def check_globals(name, text):
    """Mutable file-scope variables: state belongs in the three roots."""
    if not name.endswith(".c") or name.startswith(("tests/", "assets/")):
        return
    depth = 0
    for number, line in enumerate(strip_comments(text).splitlines(), 1):
        if depth == 0 and re.match(r"static\s+(?!const\b|inline\b|_Noreturn\b|enum err\b.*\()[\w\s*]+"
                                   r"\w+(\[[^\]]*\])*\s*(=|;)", line) and "const" not in line:
            yield number, "a mutable file-scope variable: put it in struct app, agent or hq"
        depth += line.count("{") - line.count("}")


def check_names(name):
    stem = pathlib.PurePath(name).stem
    if BAD_STEMS & set(re.split(r"[_\-]", stem)):
        yield 0, "this name says nothing; look for the noun"


def check_keys(name, text, keys, areas):
    """String literals that look like text keys exist in assets/i18n."""
    if name.startswith(("tests/", "assets/")):
        return
    for match in re.finditer(r'"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"', text):
        key = match.group(1)
        if key.split(".")[0] in areas and key not in keys:
            if re.search(r"\.(db|key|lock|sock|conf|status|csv|env|ans|txt|png|pol|part|dict|revoked)$", key):
                continue
            yield text.count("\n", 0, match.start()) + 1, f'text key "{key}" is not in assets/i18n'


# What README says is never built has no place in the data: names of message fields, columns,
# list items, texts and reports. The lists of what is forbidden name it, to forbid it.
REFUSED = re.compile(
    r"\b\w*(black_?list|sham(e|ing)(?![a-z])|expos(e|ure)_(debtor|borrower|customer)|wanted_poster|"
    r"social_(media|circle|pressure|account|search)|moments_post|scrap(e|ing)_|job_site|address_book|"
    r"contacts_upload|phone_book|call_log_upload|press_(family|employer|contact)|tell_(neighbours?|employer|"
    r"colleagues?|family)|impersonat|pose_as|fake_(police|court|badge|uniform)|police_(threat|call)|"
    r"court_(threat|seal)|borrowers?_export|export_(borrowers?|debtors?|cases))\w*", re.I)
REFUSED_ALLOWED = ("core/rules/law_", "core/domain/conduct_kinds.def", "assets/policy/", "tests/",
                   "assets/i18n/zh_CN/policy.po", "assets/i18n/en/policy.po", "sync/server/policy/")


def check_refused(name, text):
    """Fields, columns, list items and texts for what is never built."""
    if name.startswith(REFUSED_ALLOWED):
        return
    if not re.search(r"\.(proto|sql|def|po)$", name):
        return
    if name.endswith(".po"):
        text = "\n".join(line if line.startswith("msgid ") else "" for line in text.splitlines())
    elif name.endswith((".def", ".proto")):
        text = strip_comments(text)
    for match in REFUSED.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, (
            f"{match.group(0)}: README refuses this (publishing, shaming, pressure, scraping, posing)")


def check_log(name, text):
    """Log lines never carry a person's data."""
    for match in re.finditer(r"log_line\s*\((?:[^()]|\([^()]*\))*\)", strip_comments(text), re.S):
        if re.search(r"\b(debtor|phone|id_number|address|note|name_of_person)\w*\b", match.group(0)):
            yield text.count("\n", 0, match.start()) + 1, "a log line with personal data"


def check_machine(name, text):
    for match in re.finditer(r"(?<![\w.}])/(home|root|work|mnt)/\w", text):
        if not name.startswith("tests/tidy/"):
            yield text.count("\n", 0, match.start()) + 1, "a path of one machine"


def keys_read(source):
    keys = set()
    for po in (source / "assets/i18n/zh_CN").glob("*.po"):
        keys |= set(re.findall(r'^msgid "([^"]+)"', read(po), re.M))
    return keys


def check_pure(build, layers):
    for room, layer in layers.items():
        archive = build / ("libroom_" + room.replace("/", "_") + ".a")
        if not layer["pure"] or not archive.exists():
            continue
        own = subprocess.run(["nm", "--defined-only", "-g"] + [
            str(build / ("libroom_" + r.replace("/", "_") + ".a")) for r in [room] + layer["uses"]],
            capture_output=True, text=True, check=False).stdout
        defined = {line.split()[-1] for line in own.splitlines() if len(line.split()) == 3}
        wanted = subprocess.run(["nm", "-u", str(archive)], capture_output=True, text=True, check=True).stdout
        for line in wanted.splitlines():
            words = line.split()
            if len(words) == 2 and words[0] == "U":
                symbol = words[1]
                if symbol not in defined and not PURE_ALLOWED.match(symbol):
                    yield f"{room}: is pure but calls {symbol}"


def files_of(source):
    listed = subprocess.run(["git", "-C", str(source), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [f for f in listed.stdout.splitlines() if (source / f).is_file()]
    return [str(p.relative_to(source)) for p in source.rglob("*") if p.is_file()]


def findings(source, build):
    layers = layers_read(build)
    keys = keys_read(source)
    areas = {key.split(".")[0] for key in keys}
    for name in sorted(files_of(source)):
        if not re.search(r"\.(c|h|def|py|sh|sql|md|cmake|po|proto|options)$|^packaging/|^\.ci/", name):
            continue
        try:
            text = read(source / name)
        except UnicodeDecodeError:
            continue
        checks = [check_names(name), check_machine(name, text), check_refused(name, text)]
        if re.search(r"\.(c|h|def)$", name):
            checks += [check_layers(name, text, layers), check_banned(name, text),
                       check_globals(name, text), check_keys(name, text, keys, areas),
                       check_log(name, text)]
        for check in checks:
            for line, what in check:
                yield f"{name}:{line}: {what}"
    yield from check_pure(build, layers)


def main():
    found = list(findings(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
    for line in found:
        print(line)
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
