#!/usr/bin/env python3
"""A headquarters that lets in only tablets with a certificate: the real server, the real agent.

What the agent alone carries has the head of an envelope and nothing else, so that it is refused with one word when
headquarters looks into it, and with another when it does not. Then two tablets with the real app: one comes with the
other's certificate. Certificates are made as sync/server/http/README.md says.

usage: certificate.py SOURCE_DIR BUILD_DIR [--keep]
"""
import argparse
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from field import enrol, ids_at_hq, ids_made, portfolio, sync, sync_all, sync_until, sync_words, visit  # noqa: E402
from programs import Failed, Hq, Tablet, World, expect  # noqa: E402

NO_CERTIFICATE, ENDED_CERTIFICATE = 24, 25
OTHER_TABLETS = {"en": "shows the certificate of another one", "zh": "出示的是另一台平板的证书"}
NAME = "2-00000000000000000001-00000000000000aa"


def openssl(folder, *words):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, text=True, capture_output=True, check=False)
    expect(done.returncode == 0, done.stderr)
    return done.stdout


def authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-days", 3650, "-subj", f"/CN={name}")


def certificate(folder, signer, days):
    """client.pem and client.key in `folder`."""
    (folder / "client.ext").write_text("basicConstraints=CA:false\nextendedKeyUsage=clientAuth\n")
    openssl(folder, "req", "-newkey", "ed25519", "-nodes", "-keyout", "client.key", "-out", "client.csr",
            "-subj", "/CN=tablet-1")
    openssl(folder, "x509", "-req", "-in", "client.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
            "-CAcreateserial", "-days", days, "-extfile", "client.ext", "-out", "client.pem")


def revocation_list(folder, signer, pem):
    """crl.pem in `folder`: `signer` takes back the certificate `pem`."""
    serial = openssl(folder, "x509", "-in", pem, "-noout", "-serial").strip().split("=")[1]
    (folder / "index.txt").write_text(f"R\t400101000000Z\t250101000000Z\t{serial}\tunknown\t/CN=tablet-1\n")
    (folder / "crl.cnf").write_text("[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ndefault_md=default\ndefault_crl_days=30\n")
    openssl(folder, "ca", "-gencrl", "-config", "crl.cnf", "-keyfile", f"{signer}.key", "-cert", f"{signer}.pem",
            "-out", "crl.pem")


def put_files(source, spool, names):
    """As the README's install does."""
    for name in names:
        path = spool / name
        path.unlink(missing_ok=True)
        path.write_bytes((source / name).read_bytes())
        path.chmod(0o600 if name.endswith(".key") else 0o644)


class Agent:
    def __init__(self, world, hq, pin):
        self.world = world
        self.spool = world.folder / "tablet/spool"
        for folder in ("out", "in"):
            (self.spool / folder).mkdir(parents=True)
        self.pin = pin
        self.conf(hq)

    def conf(self, hq):
        (self.spool / "agent.conf").write_text(f"url=https://127.0.0.1:{hq.port}\npin={self.pin}\n")

    def take(self, folder, *names):
        put_files(folder, self.spool, names)

    def post(self):
        """One try: the refusal, what went wrong, and whether there is something for the app."""
        (self.spool / f"out/{NAME}.env").write_bytes(bytes([0x12, 0, 0]) + bytes(100))
        (self.spool / f"in/{NAME}.ans").unlink(missing_ok=True)
        subprocess.run([self.world.program("doorstep-sync"), "--data", str(self.spool.parent), "--once"],
                       stderr=subprocess.DEVNULL, check=False, timeout=120)
        status = dict(line.split("=", 1) for line in (self.spool / "agent.status").read_text().split())
        for_the_app = (self.spool / f"in/{NAME}.ans").exists()
        return int(status["refusal"]), status["last_error"], for_the_app


def pin_of(folder, pem):
    key = subprocess.run(["openssl", "x509", "-in", pem, "-noout", "-pubkey"], cwd=folder, capture_output=True, check=True)
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key.stdout, capture_output=True, check=True)
    done = subprocess.run(["openssl", "dgst", "-sha256"], input=der.stdout, capture_output=True, check=True)
    return done.stdout.decode().split()[-1]


def is_looked_into(answer):
    return answer[0] not in (0, NO_CERTIFICATE, ENDED_CERTIFICATE) and answer[1] == "refused" and answer[2]


def check(world):
    hq, folder = Hq(world), world.folder
    hq.run("init")
    openssl(folder, "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
            "-days", 30, "-subj", "/CN=hq")
    authority(folder, "ca")
    authority(folder, "other")
    tls = ("--tls-cert", folder / "cert.pem", "--tls-key", folder / "key.pem")

    hq.start(*map(str, tls))
    agent = Agent(world, hq, pin_of(folder, "cert.pem"))
    expect(is_looked_into(agent.post()), f"off, and a tablet without a certificate is kept out: {agent.post()}")
    hq.kill()
    world.say("unless it is asked for, no tablet needs a certificate")

    hq.start(*map(str, tls), "--tls-client-ca", str(folder / "ca.pem"))
    agent.conf(hq)
    expect(agent.post() == (NO_CERTIFICATE, "refused", False), f"without a certificate: {agent.post()}")
    certificate(folder, "other", 30)
    agent.take(folder, "client.pem", "client.key")
    expect(agent.post() == (NO_CERTIFICATE, "refused", False), f"of another authority: {agent.post()}")
    certificate(folder, "ca", -1)
    agent.take(folder, "client.pem", "client.key")
    expect(agent.post() == (ENDED_CERTIFICATE, "refused", False), f"that has ended: {agent.post()}")
    certificate(folder, "ca", 30)
    agent.take(folder, "client.pem", "client.key")
    expect(is_looked_into(agent.post()), f"of our authority: {agent.post()}")
    world.say("on: only one of our authority that has not ended gets further than TLS, and envelopes wait")

    (agent.spool / "client.key").chmod(0o644)
    expect(agent.post() == (0, "not_allowed", False), f"with a key that others read: {agent.post()}")
    (agent.spool / "client.key").chmod(0o600)
    expect(is_looked_into(agent.post()), f"and put right: {agent.post()}")
    world.say("a key that others can read is not used")
    hq.kill()

    revocation_list(folder, "ca", "client.pem")
    with_list = (*map(str, tls), "--tls-client-ca", str(folder / "ca.pem"), "--tls-client-crl", str(folder / "crl.pem"))
    hq.start(*with_list)
    agent.conf(hq)
    expect(agent.post() == (NO_CERTIFICATE, "refused", False), f"that was taken back: {agent.post()}")
    certificate(folder, "ca", 30)
    agent.take(folder, "client.pem", "client.key")
    expect(is_looked_into(agent.post()), f"and the next one: {agent.post()}")
    hq.kill()
    revocation_list(folder, "other", "client.pem")
    hq.run("serve", *with_list, code=2)
    hq.run("serve", *tls, "--tls-client-crl", folder / "crl.pem", code=2)
    world.say("one that the authority took back is kept out; a list of another authority is not taken")
    hq.run("serve", "--tls-client-ca", folder / "ca.pem", code=2)
    hq.run("serve", *tls, "--tls-client-ca", folder / "key.pem", code=2)


def own_certificate(folder, name):
    """client.pem and client.key in a new folder `name`, of the authority in `folder`."""
    made = folder / name
    made.mkdir()
    for part in ("ca.pem", "ca.key"):
        (made / part).write_bytes((folder / part).read_bytes())
    certificate(made, "ca", 30)
    return made


def not_at_hq(hq, tablet):
    return set(ids_made(tablet)) - set(ids_at_hq(hq))


def check_bound(world):
    """Needs the files that check() left."""
    hq, folder = Hq(world, "hq-of-two"), world.folder
    portfolio(world, hq, collectors=2)
    hq.start("--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem"), "--tls-client-ca",
             str(folder / "ca.pem"))
    made, tablets = [], []
    for number, lang in enumerate(OTHER_TABLETS, 1):
        tablet = Tablet(world, f"tablet-{number}", lang)
        tablet.visited = set()
        (tablet.folder / "spool").mkdir(parents=True)
        made.append(own_certificate(folder, f"made-{number}"))
        put_files(made[-1], tablet.folder / "spool", ("client.pem", "client.key"))
        enrol(hq, tablet, f"C{number:03}")
        visit(tablet)
        sync_all(hq, tablet)
        tablets.append(tablet)
    shown = [hq.run("devices", "show", number) for number in (1, 2)]
    keys = [re.search(r"bound to key (\w+)", text) for text in shown]
    expect(all(keys) and keys[0][1] != keys[1][1], f"not a key each: {shown}")
    world.say("two tablets joined, each with its own certificate, and have sent a visit each")

    second = tablets[1]
    put_files(made[0], second.folder / "spool", ("client.pem", "client.key"))
    visit(second)
    kept = not_at_hq(hq, second)
    expect(kept, "the visit was sent before it was asked for")
    sync_until(second, lambda: OTHER_TABLETS[second.lang] in sync_words(second), "that the sync centre says why")
    expect(kept == not_at_hq(hq, second), "facts came in with another tablet's certificate, or are gone")
    expect("bound to key " + keys[1][1] in hq.run("devices", "show", 2), "the tablet was bound anew")
    sync_all(hq, tablets[0])
    world.say(f"with the other's certificate: refused, said in words, {len(kept)} facts stay on the tablet")

    put_files(own_certificate(folder, "made-anew"), second.folder / "spool", ("client.pem", "client.key"))
    sync(second)
    expect(kept == not_at_hq(hq, second), "a new key was let in that nobody had said")
    hq.run("devices", "certificate", 2)
    sync_all(hq, second)
    expect(not not_at_hq(hq, second), "not all was sent with the new certificate")
    expect("bound to key " + keys[1][1] not in hq.run("devices", "show", 2), "it is still bound to the old key")
    put_files(made[1], second.folder / "spool", ("client.pem", "client.key"))
    visit(second)
    sync(second)
    expect(not_at_hq(hq, second), "the old certificate still opens")
    world.say("a new certificate of its own waits for devices certificate; then all is sent, and the old one opens nothing")


def main():
    words = argparse.ArgumentParser()
    words.add_argument("source")
    words.add_argument("build")
    words.add_argument("--keep", action="store_true")
    given = words.parse_args()
    world = World(given.build, given.source)
    try:
        check(world)
        check_bound(world)
    except Failed as failure:
        print(f"failed: {failure}")
        return 1
    finally:
        world.close(given.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
