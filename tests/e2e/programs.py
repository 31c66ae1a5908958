"""The three real programs on loopback, for whole-product tests.

Nothing here knows what a report should say; that is in story.py and recount.py.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time


class Failed(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failed(what)


class World:
    """A folder, the programs of one build, and a log of what was done."""

    def __init__(self, build, source):
        self.build = pathlib.Path(build)
        self.source = pathlib.Path(source)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="doorstep-e2e-"))
        self.started = []

    def program(self, name):
        path = self.build / name
        expect(path.exists(), f"{name} is not built")
        return str(path)

    def say(self, text):
        print(f"- {text}", flush=True)

    def close(self, keep):
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
        if keep:
            print(f"kept for a look: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


class Hq:
    def __init__(self, world, name="hq", address="127.0.0.1", inside=()):
        """`inside`: words before the command, such as those that enter a network namespace."""
        self.world = world
        self.address = address
        self.inside = list(inside)
        self.folder = world.folder / name
        self.process = None
        self.port = 0
        self.signed_in = set()

    def _file(self, name):
        return self.world.folder / f"{self.folder.name}-{name}"

    def _call(self, who, *words, lang="en"):
        return subprocess.run(
            [self.world.program("doorstep-hq"), "--data", str(self.folder), "--lang", lang, *map(str, words)],
            capture_output=True, text=True, timeout=300, cwd=self.world.folder, check=False,
            env={**os.environ, "DOORSTEP_HQ_SESSION": str(self._file(f"{who}.session"))})

    def _sign_in(self, who):
        """A person gets a one-time code, signs in with it and chooses a password; `who` may be a number."""
        people = json.loads(self.run("people", "list", "--json"))
        code = next((p["code"] for p in people if str(who) in (p["code"], str(p["person_no"]))), None)
        if code is None or who in self.signed_in:
            return
        once, chosen = self._file(f"{who}.once"), self._file(f"{who}.password")
        once.write_text(self.run("people", "account", code).splitlines()[0] + "\n", encoding="utf-8")
        chosen.write_text(f"one long word for {self.folder.name}\n", encoding="utf-8")
        for words in (("login", "--person", code, "--password-file", once),
                      ("passwd", "--new-password-file", chosen)):
            done = self._call(who, *words)
            expect(done.returncode == 0, f"{words[0]} of {code}: {done.stdout}{done.stderr}")
        self.signed_in.add(who)

    def run(self, *words, code=0, lang="en"):
        """One command, of the person whom --by names, else of the founder; its output. Fails when the exit
        code is another."""
        who = words[words.index("--by") + 1] if "--by" in words else "admin"
        if who != "admin":
            self._sign_in(who)
        if words[0] == "init":
            password = self._file("admin.password")
            password.write_text("the founder has a sentence\n", encoding="utf-8")
            words = (*words, "--password-file", password)
        done = self._call(who, *words, lang=lang)
        expect(code is None or done.returncode == code,
               f"doorstep-hq {' '.join(map(str, words))} gave {done.returncode}, not {code}:\n"
               f"{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self, *more):
        expect(self.process is None, "the server runs already")
        log = open(self.world.folder / f"{self.folder.name}.log", "ab")
        self.process = subprocess.Popen(
            [*self.inside, self.world.program("doorstep-hq"), "--data", str(self.folder), "--lang", "en",
             "serve", "--listen", f"{self.address}:{self.port}", *more],
            stdout=subprocess.PIPE, stderr=log, cwd=self.world.folder)
        self.world.started.append(self.process)
        line = self.process.stdout.readline().decode()
        match = re.search(r":(\d+)", line)
        expect(match, f"the server did not say where it listens: {line!r}")
        self.port = int(match.group(1))

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait()
        self.process = None

    @property
    def url(self):
        return f"http://{self.address}:{self.port}"


class Tablet:
    def __init__(self, world, name, lang, size="1280x800", inside=()):
        self.world = world
        self.inside = list(inside)
        self.name = name
        self.folder = world.folder / name
        self.lang = lang
        self.size = size
        self.shots = world.folder / f"{name}-shots"
        self.shots.mkdir(exist_ok=True)
        self.count = 0

    def command(self, script, *more):
        self.count += 1
        path = self.world.folder / f"{self.name}-{self.count:03}.touch"
        path.write_text(script, encoding="utf-8")
        return [*self.inside, self.world.program("doorstep"), "--data", str(self.folder), "--lang", self.lang,
                "--headless", "--size", self.size, "--script", str(path), *more]

    def touch(self, script, *more, code=0, timeout=120):
        """Plays a touch script in the real app and waits for its end."""
        done = subprocess.run(self.command(script, *more), capture_output=True, text=True,
                              timeout=timeout, cwd=self.shots, check=False)
        expect(code is None or done.returncode == code,
               f"{self.name}: the script ended with {done.returncode}, not {code}:\n{script}\n"
               f"{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self, script, *more):
        """Plays a script in the background; the caller ends it."""
        log = open(self.world.folder / f"{self.name}.log", "ab")
        process = subprocess.Popen(self.command(script, *more), cwd=self.shots, stdout=log, stderr=log)
        self.world.started.append(process)
        return process

    def opened(self):
        """A copy of its database that anybody can read. The app is not running."""
        folder = self.world.folder / f"{self.name}-opened"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for pattern in ("device.db", "device.db-*", "device.db.s*", "vault.*"):
            for path in self.folder.glob(pattern):
                shutil.copy(path, folder)
        done = subprocess.run([self.world.program("e2e_plain_store"), str(folder), str(folder / "opened.db")],
                              capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 0, f"{self.name}: its database cannot be read: {done.stderr}")
        return folder / "opened.db"

    def rows(self, query, *values):
        """What its database answers. The app is not running."""
        connection = sqlite3.connect(self.opened())
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def put_back(self, path):
        """A changed copy of opened() becomes its database: the app seals it when it starts."""
        for name in ("device.db-wal", "device.db-journal"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(path, self.folder / "device.db")
        (self.folder / "device.db").chmod(0o600)

    def wake(self):
        """A network came back: the agent tries at once."""
        (self.folder / "spool" / "agent.wake").touch()

    def touch_and_kill(self, script, after_s, *more):
        """Plays a script and kills the app without warning after a while."""
        process = subprocess.Popen(self.command(script, *more), cwd=self.shots,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.world.started.append(process)
        time.sleep(after_s)
        was_running = process.poll() is None
        process.kill()
        process.wait()
        return was_running

    def agent_kill(self):
        """Kills this tablet's agent, if it runs."""
        killed = 0
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if words and words[0].endswith(b"doorstep-sync") and str(self.folder).encode() in b" ".join(words):
                os.kill(int(entry.parent.name), signal.SIGKILL)
                killed += 1
        return killed
