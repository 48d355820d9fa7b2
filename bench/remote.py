#!/usr/bin/env python3
"""Measures remotes over ssh and S3 against what carries the same bytes with nothing around them. Python 3.9+, bash; Linux.

  remote.py ssh  --dls PATH --dir DIR [--files 50000] [--reps 3]    a real sshd on 127.0.0.1; limit: tar over ssh
  remote.py s3   --dls PATH --dir DIR [--files 50000] [--reps 3]    a real radosgw on 127.0.0.1; limit: rclone of one tar
  remote.py line --dls PATH --dir DIR [--files 20000] [--loose 300] a line of 100 Mbit/s and 50 ms there and back (line.py); limit: the line;
                                                                    rclone of loose files stands for tools that keep an object a file

Each row pairs a dls command with its limit in the same pass, alternating; prints ratios. DIR should be on the disk you care about: the
servers keep their files there, but for radosgw, which keeps them in memory. Packages: openssh-server; radosgw ceph-mon ceph-osd
ceph-common curl rclone.
"""
import argparse, json, os, shutil, signal, statistics, subprocess, sys, time

from bench import GIT, Bench, make_files

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, "..", "tests", "servers")


class Server:
    """A server started by tests/servers, ended with this."""

    def __init__(self, kind, place):
        self.kind, self.place = kind, place
        shutil.rmtree(place, ignore_errors=True)
        script = f'. "{SERVERS}/{kind}.sh" && start_{kind} "{place}" && echo "${{S3_ENDPOINT-}}"'
        self.endpoint = subprocess.run(["bash", "-c", script], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["bash", "-c", f'. "{SERVERS}/{self.kind}.sh" && stop_{self.kind} "{self.place}"'], check=False)

    def port(self):
        if self.kind == "radosgw":
            return int(self.endpoint.rsplit(":", 1)[1])
        return int(next(l.split()[1] for l in open(f"{self.place}/ssh_config") if l.startswith("Port")))


class Rows:
    def __init__(self):
        self.rows = {}

    def note(self, name, ours, limit):
        self.rows.setdefault(name, []).append((ours, limit))
        print(f"  {name:44} {ours[0]:7.3f} s   limit {limit[0]:7.3f} s   ratio {ours[0] / limit[0]:5.2f}   {ours[2]:4.0f} MiB", flush=True)

    def show(self):
        print("| work | dls, median s | limit, median s | ratio, median (min to max) | peak MiB |\n|---|---:|---:|---:|---:|")
        for name, pairs in self.rows.items():
            ratios = [o[0] / l[0] for o, l in pairs]
            print(f"| {name} | {statistics.median(o[0] for o, _ in pairs):.3f} | {statistics.median(l[0] for _, l in pairs):.3f} | "
                  f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) | {max(o[2] for o, _ in pairs):.0f} |")


class Team:
    """A repository with files added and committed, and a remote that is still empty."""

    def __init__(self, b, name, files, url, *options, config=None):
        self.b, self.config = b, config
        self.repo, self.clone = f"{b.base}/{name}", f"{b.base}/{name}.clone"
        for d in (self.repo, self.clone):
            shutil.rmtree(d, ignore_errors=True)
        b.quiet(*GIT, "init", "-q", self.repo)
        b.quiet(*GIT, "config", "core.hooksPath", "/nonexistent", cwd=self.repo)
        self.set_up(self.repo)
        b.quiet(b.dls, "init", cwd=self.repo)
        b.quiet(b.dls, "remote", "add", "far", url, "--default", *options, cwd=self.repo)
        make_files(self.repo + "/data", files, "v1")
        self.commit("one")

    def set_up(self, repo):
        if self.config:
            self.b.quiet(*GIT, "config", "dls.sshConfig", self.config, cwd=repo)

    def commit(self, message):
        self.b.quiet(self.b.dls, "add", "data", cwd=self.repo)
        self.b.quiet(*GIT, "add", "-A", cwd=self.repo)
        self.b.quiet(*GIT, "commit", "-q", "-m", message, cwd=self.repo)

    def push(self):
        return self.b.timed(self.b.dls, "push", "--quiet", cwd=self.repo)

    def push_told(self):
        run = subprocess.run([self.b.dls, "push", "--json"], cwd=self.repo, env=self.b.env, check=True, stdout=subprocess.PIPE)
        return json.loads(run.stdout)

    def pull(self, verb="pull"):
        shutil.rmtree(self.clone, ignore_errors=True)
        self.b.quiet(*GIT, "clone", "-q", "-c", "core.hooksPath=/nonexistent", self.repo, self.clone)
        self.set_up(self.clone)
        return self.b.timed("sh", "-c", f"'{self.b.dls}' {verb} --quiet && sync -f .", cwd=self.clone)


def ssh_rows(a, b, rows):
    with Server("sshd", f"{a.dir}/server") as server:
        ssh = f"ssh -F {server.place}/ssh_config -o Ciphers=aes128-gcm@openssh.com lab"
        for rep in range(a.reps):
            print(f"pass {rep + 1}", flush=True)
            far = f"{a.dir}/far-{rep}"
            shutil.rmtree(far, ignore_errors=True)
            team = Team(b, f"team-{rep}", a.files, f"lab:{far}", config=f"{server.place}/ssh_config")
            tar = f"{a.dir}/far.tar"
            limit = b.shell(f"tar cf - data | {ssh} 'cat > {tar} && sync {tar}'", cwd=team.repo)
            rows.note("push", team.push(), limit)
            rows.note("push, nothing new (limit: ssh HOST true)", team.push(), b.shell(f"{ssh} true"))
            out = f"{a.dir}/out"
            shutil.rmtree(out, ignore_errors=True)
            os.makedirs(out)
            limit = b.shell(f"{ssh} cat {tar} | tar xf - && sync -f .", cwd=out)
            rows.note("pull", team.pull(), limit)
            rows.note("fetch (limit: ssh HOST cat to a file)", team.pull("fetch"), b.shell(f"{ssh} cat {tar} > out.tar && sync out.tar", cwd=out))
            make_files(team.repo + "/data", a.files, "v2", every=100)
            team.commit("two")
            new = sum(os.path.getsize(f"{team.repo}/data/class_{i // 1000:04d}/img_{i:07d}.jpg") for i in range(0, a.files, 100))
            told = team.push_told()
            print(f"  1 % changed: {told['bytesSent']} bytes sent for {new} new ones: {told['bytesSent'] / new:.2f}", flush=True)
            for d in (far, out, team.repo, team.clone, tar):
                shutil.rmtree(d, ignore_errors=True) if os.path.isdir(d) else os.path.exists(d) and os.remove(d)


def s3_rows(a, b, rows):
    with Server("radosgw", f"{a.dir}/server") as server:
        b.env.update(AWS_ACCESS_KEY_ID="DEMO", AWS_SECRET_ACCESS_KEY="DEMOSECRET")
        peer = f":s3,provider=Ceph,env_auth=true,endpoint='{server.endpoint}',force_path_style=true:demo"
        for rep in range(a.reps):
            print(f"pass {rep + 1}", flush=True)
            team = Team(b, f"team-{rep}", a.files, f"s3://demo/team-{rep}", "--endpoint", server.endpoint, "--region", "us-east-1")
            tar, out = f"{a.dir}/m.tar", f"{a.dir}/out"
            b.quiet("tar", "cf", tar, "data", cwd=team.repo)
            rows.note("push", team.push(), b.timed("rclone", "copyto", tar, f"{peer}/tar-{rep}"))
            shutil.rmtree(out, ignore_errors=True)
            os.makedirs(out)
            limit = b.shell(f"rclone copyto \"{peer}/tar-{rep}\" m.tar && sync m.tar", cwd=out)
            rows.note("fetch", team.pull("fetch"), limit)
            limit = b.shell(f"rclone copyto \"{peer}/tar-{rep}\" m2.tar && tar xf m2.tar && sync -f .", cwd=out)
            rows.note("pull", team.pull(), limit)
            for d in (out, team.repo, team.clone):
                shutil.rmtree(d, ignore_errors=True)
            os.remove(tar)


def line_rows(a, b, rows):
    with Server("sshd", f"{a.dir}/server") as server:
        near = server.port() + 1
        line = subprocess.Popen([sys.executable, f"{HERE}/line.py", str(near), str(server.port())])
        try:
            time.sleep(1)
            config, text = f"{server.place}/ssh_config_line", open(f"{server.place}/ssh_config").read()
            known = open(f"{server.place}/known_hosts").read()
            open(f"{server.place}/known_hosts", "a").write(known.replace(f":{server.port()} ", f":{near} "))
            open(config, "w").write(text.replace(f"Port {server.port()}", f"Port {near}"))
            far = f"{a.dir}/far"
            shutil.rmtree(far, ignore_errors=True)
            team = Team(b, "team", a.files, f"lab:{far}", config=config)
            whole = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(team.repo + "/data") for f in fs)
            rate = 100e6 / 8
            rows.note("cold push over the line (limit: its rate)", team.push(), (whole / rate, 0, 0))
            rows.note("push, nothing new (limit: ssh HOST true)", team.push(), b.shell(f"ssh -F {config} lab true"))
            rows.note("cold fetch over the line (limit: its rate)", team.pull("fetch"), (whole / rate, 0, 0))
            loose = f"{a.dir}/loose"
            shutil.rmtree(loose, ignore_errors=True)
            make_files(loose, a.loose, "v1")
            size = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(loose) for f in fs)
            peer = (f":sftp,host=127.0.0.1,port={near},user={os.environ.get('USER', 'root')},key_file={server.place}/user_key,"
                    f"shell_type=none,disable_hashcheck=true:{loose}")
            took = b.timed("rclone", "copy", "--transfers", "4", peer, f"{a.dir}/loose-out")
            print(f"  rclone of {a.loose} loose files: {size / took[0] / rate:.3f} of the line's rate", flush=True)
            make_files(team.repo + "/data", a.files, "v2", every=100)
            team.commit("two")
            start = time.monotonic()
            team.push_told()
            connect = b.shell(f"ssh -F {config} lab true")[0]
            print(f"  push of 1 % changed: {time.monotonic() - start - connect:.2f} s, of which a connect {connect:.2f} s", flush=True)
        finally:
            line.send_signal(signal.SIGTERM)
            line.wait()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["ssh", "s3", "line"])
    p.add_argument("--dls", required=True)
    p.add_argument("--dir", required=True)
    p.add_argument("--files", type=int)
    p.add_argument("--reps", type=int, default=3)
    p.add_argument("--loose", type=int, default=300)
    a = p.parse_args()
    a.files = a.files or (20000 if a.what == "line" else 50000)
    a.dls, a.dir = os.path.abspath(a.dls), os.path.abspath(a.dir)
    os.makedirs(a.dir, exist_ok=True)
    rows = Rows()
    {"ssh": ssh_rows, "s3": s3_rows, "line": line_rows}[a.what](a, Bench(a.dls, a.dir), rows)
    rows.show()


if __name__ == "__main__":
    main()
