#!/usr/bin/env python3
"""A headquarters that lets in only tablets with a certificate: the real server, the real agent.

What is carried has the head of an envelope and nothing else, so that it is refused with one word when
headquarters looks into it, and with another when it does not. Certificates are made as sync/server/http/README.md says.

usage: certificate.py SOURCE_DIR BUILD_DIR [--keep]
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from programs import Failed, Hq, World, expect  # noqa: E402

NO_CERTIFICATE, ENDED_CERTIFICATE = 24, 25
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
        for name in names:
            path = self.spool / name
            path.unlink(missing_ok=True)
            path.write_bytes((folder / name).read_bytes())
            path.chmod(0o600 if name.endswith(".key") else 0o644)

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


def main():
    words = argparse.ArgumentParser()
    words.add_argument("source")
    words.add_argument("build")
    words.add_argument("--keep", action="store_true")
    given = words.parse_args()
    world = World(given.build, given.source)
    try:
        check(world)
    except Failed as failure:
        print(f"failed: {failure}")
        return 1
    finally:
        world.close(given.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
