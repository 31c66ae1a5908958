#!/usr/bin/env python3
"""A kind of fact without its file does not link.

The room core/event is compiled with one more line in events.def (and the message for it in
event.proto) and linked; it must fail naming the three missing functions. The same with the list
as it is must link, so that the failure is about the new line alone.

usage: test_kind_needs_handler.py SOURCE_DIR BUILD_DIR COMPILER
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD, COMPILER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
MAIN = """#include "core/event/fold.h"
int main(void)
{
    ds_Event event = ds_Event_init_zero;
    struct event_fault fault;
    struct event_words words;
    struct fact fact = {0};
    ds_CaseState state = ds_CaseState_init_zero;
    ds_CaseRecord record = ds_CaseRecord_init_zero;
    fold_fact(&state, &record, &fact);
    event_describe(&event, &words);
    return event_check(&event, &fault);
}
"""


def link(folder, line):
    """Links the room against a changed list; the linker's words, or None when it links."""
    shutil.copytree(SOURCE / "core", folder / "core")
    (folder / "main.c").write_text(MAIN)
    if line:
        with open(folder / "core/event/events.def", "a", encoding="utf-8") as events:
            events.write(line)
        # A message's tag must exist for the list to compile at all.
        header = (BUILD / "generated/core/event/event.pb.h").read_text()
        (folder / "core/event/event.pb.h").write_text(
            header + "\n#define ds_Event_ghost_noted_tag 79\n")
    sources = [str(p) for p in sorted((folder / "core/event").rglob("*.c"))]
    generated = [str(BUILD / "generated/core/event" / f"{name}.pb.c") for name in ("event", "case")]
    done = subprocess.run(
        [COMPILER, "-std=c17", "-D_GNU_SOURCE", "-w", "-O0", "-I", str(folder), "-I", str(BUILD / "generated"),
         "-I", "/usr/include/nanopb", str(folder / "main.c"), *sources, *generated,
         str(BUILD / "libroom_core_domain.a"), str(BUILD / "libroom_core_base.a"),
         "-lprotobuf-nanopb", "-lsodium", "-lm", "-o", str(folder / "linked")],
        capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr


def main():
    with tempfile.TemporaryDirectory() as name:
        words = link(pathlib.Path(name) / "as_it_is", "")
        if words is not None:
            print(f"the list as it is must link:\n{words[-2000:]}")
            return 1
        words = link(pathlib.Path(name) / "one_more", "EVENT(79, ghost_noted, VisitStarted, device, case)\n")
        missing = [f"undefined reference to `ghost_noted_{part}'" for part in ("validate", "fold", "describe")]
        if words is None or any(line not in words for line in missing):
            print(f"a kind without its file must not link:\n{(words or 'it linked')[-2000:]}")
            return 1
    print("a kind without its file does not link")
    return 0


if __name__ == "__main__":
    sys.exit(main())
