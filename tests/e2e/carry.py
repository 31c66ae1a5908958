#!/usr/bin/env python3
"""doorstep-sync --bundle, the real program against a headquarters of a few lines: every envelope
of a bundle is posted once, answers come back under the names of their envelopes, and the exit
code says what is missing.

    carry.py BUILD
"""
import hashlib
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

ENVELOPE, ANSWER = 1, 2
ANSWER_KIND, REFUSAL = 0x13, 0x15


def varint(number):
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def bundle(items):
    body = b"DSB1"
    for kind, name, content in items:
        name = name.encode()
        body += bytes([kind]) + varint(len(name)) + name + varint(len(content)) + content
    return body + hashlib.blake2b(body, digest_size=32).digest()


def items_of(content):
    assert content[:4] == b"DSB1" and hashlib.blake2b(content[:-32], digest_size=32).digest() == content[-32:]
    at, found = 4, []

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = content[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(content) - 32:
        kind = content[at]
        at += 1
        parts = []
        for _ in range(2):
            size = number()
            parts.append(content[at:at + size])
            at += size
        found.append((kind, parts[0].decode(), parts[1]))
    return found


class Answering(http.server.BaseHTTPRequestHandler):
    posted = []
    busy_after = 1000

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_busy = len(self.posted) >= self.busy_after
        reply = bytes([REFUSAL, 18]) if is_busy else bytes([ANSWER_KIND]) + body
        if not is_busy:
            self.posted.append((self.path, body))
        self.send_response(503 if is_busy else 200)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *words):
        pass


def main():
    program = pathlib.Path(sys.argv[1]) / "doorstep-sync"
    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        given, answers = folder / "tablet.dsb", folder / "answers.dsb"
        sent = [(ENVELOPE, f"2-{seq:020}-{seq:016x}.env", bytes([0x11]) + b"x" * seq) for seq in range(1, 6)]
        given.write_bytes(bundle(sent))

        def run(expected, *words):
            done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=60)
            assert done.returncode == expected, (done.returncode, words, done.stderr)

        run(0, "--bundle", given, "--answers", answers, "--url", url)
        assert Answering.posted == [("/v1/envelope", body) for _, _, body in sent]
        assert items_of(answers.read_bytes()) == [
            (ANSWER, name.replace(".env", ".ans"), bytes([ANSWER_KIND]) + body) for _, name, body in sent]

        # By the configuration of a tablet, and a headquarters that gets busy on the way.
        (folder / "spool").mkdir()
        (folder / "spool/agent.conf").write_text(f"url={url}\nphotos=off\n")
        Answering.busy_after = len(Answering.posted) + 2
        run(1, "--bundle", given, "--answers", answers, "--data", folder)
        assert len(items_of(answers.read_bytes())) == 2

        answers.unlink()
        given.write_bytes(bundle(sent)[:-1])
        run(5, "--bundle", given, "--answers", answers, "--url", url)
        run(4, "--bundle", folder / "none.dsb", "--answers", answers, "--url", url)
        assert not answers.exists()
        for words in ([], ["--bundle", given], ["--bundle", given, "--answers", answers],
                      ["--bundle", given, "--answers", answers, "--url", url, "--data", folder],
                      ["--url", url], ["--data", folder, "--url", url], ["--data"]):
            run(2, *words)
    print("a bundle goes out and its answers come back")


if __name__ == "__main__":
    main()
