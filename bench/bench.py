#!/usr/bin/env python3
"""Measures dls against physical limits and peers, and how its cost grows. Python 3.9+, nothing else; Linux.

  bench.py bars   --dls PATH --dir DIR [--files 50000] [--reps 5] [--out bars.md]
      each row pairs one dls command with its limit (tar, cp, git, sha256sum) in the same run, alternating; prints ratios
  bench.py growth --dls PATH --dir DIR [--sizes 10000,100000,1000000] [--csv growth.csv] [--svg growth.svg]
      the same small-file workload at growing size: wall time, CPU time and peak memory of each verb
  bench.py plot   growth.csv growth.svg

DIR should be on the file system you care about, with room for about 40 KB per file. The data is seeded: the same bytes on every machine.
"""
import argparse, csv, os, random, shutil, statistics, subprocess, sys, time

GIT = ["git", "-c", "gc.auto=0", "-c", "protocol.file.allow=always"]


def environment(base):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    home = os.path.join(base, "home")
    os.makedirs(home, exist_ok=True)
    with open(os.path.join(home, ".gitconfig"), "w") as f:
        f.write("[user]\nname=bench\nemail=bench@example.invalid\n[init]\ndefaultBranch=main\n[gc]\nauto=0\n[advice]\ndetachedHead=false\n"
                "[protocol \"file\"]\nallow=always\n")
    env.update(HOME=home, GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8")
    return env


class Bench:
    def __init__(self, dls, base):
        self.dls, self.base, self.env = dls, base, environment(base)

    def quiet(self, *argv, cwd=None):
        subprocess.run([str(a) for a in argv], cwd=cwd, env=self.env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def timed(self, *argv, cwd=None):
        """Wall seconds, CPU seconds and peak MiB of a command; the disk is quiet when it starts."""
        os.sync()
        stamp = os.path.join(self.base, "time")
        start = time.monotonic()
        subprocess.run(["/usr/bin/time", "-f", "%U %S %M", "-o", stamp, *[str(a) for a in argv]], cwd=cwd, env=self.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wall = time.monotonic() - start
        user, system, kib = open(stamp).read().split()[-3:]
        return wall, float(user) + float(system), int(kib) / 1024

    def shell(self, line, cwd=None):
        return self.timed("sh", "-c", line, cwd=cwd)


def make_files(root, count, seed, every=1):
    """Small files of 2 to 8 KB in directories of 1,000, incompressible, as a set of small images is."""
    for i in range(0, count, every):
        r = random.Random(f"{seed}-{i}")
        path = f"{root}/class_{i // 1000:04d}/img_{i:07d}.jpg"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "wb") as f:
            f.write(r.randbytes(2048 + i * 2654435761 % 6145))
        os.replace(path + ".new", path)


def new_repo(b, name, data):
    repo, bare, remote = (f"{b.base}/{name}{s}" for s in ("", ".git", ".remote"))
    for d in (repo, bare, remote):
        shutil.rmtree(d, ignore_errors=True)
    b.quiet(*GIT, "init", "-q", "--bare", bare)
    b.quiet(*GIT, "init", "-q", repo)
    b.quiet(*GIT, "remote", "add", "origin", "file://" + bare, cwd=repo)
    b.quiet(b.dls, "init", cwd=repo)
    b.quiet(b.dls, "remote", "add", "lab", remote, "--default", cwd=repo)
    if data:
        b.quiet("cp", "-r", data, repo + "/data")
    return repo, bare, remote


def bars(a):
    b = Bench(a.dls, a.dir)
    data = f"{a.dir}/data-{a.files}"
    if not os.path.exists(data + ".ok"):
        shutil.rmtree(data, ignore_errors=True)
        make_files(data, a.files, "v1")
        open(data + ".ok", "w").close()
    big = f"{a.dir}/big"
    if not os.path.exists(big + ".ok"):
        os.makedirs(big, exist_ok=True)
        for i in range(3):
            with open(f"{big}/model_{i}.safetensors", "wb") as f:
                for k in range(64):
                    f.write(random.Random(f"b{i}-{k}").randbytes(8 << 20))
        open(big + ".ok", "w").close()
    rows = {}

    def note(name, ours, limit):
        rows.setdefault(name, []).append((ours, limit))
        print(f"  {name:38} {ours[0]:7.3f} s   limit {limit:7.3f} s   ratio {ours[0] / limit:5.2f}   {ours[2]:4.0f} MiB", flush=True)

    for rep in range(a.reps):
        print(f"pass {rep + 1}", flush=True)
        one_pass(b, a, data, big, note)
    lines = ["| work | dls, median s | limit, median s | ratio, median (min to max) | peak MiB |", "|---|---:|---:|---:|---:|"]
    for name, pairs in rows.items():
        ratios = [o[0] / l for o, l in pairs]
        lines.append(f"| {name} | {statistics.median(o[0] for o, _ in pairs):.3f} | {statistics.median(l for _, l in pairs):.3f} | "
                     f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) | {max(o[2] for o, _ in pairs):.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if a.out:
        open(a.out, "w").write(text)


def one_pass(b, a, data, big, note):
    work = f"{b.base}/limit"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    startup = statistics.median(b.timed(b.dls, "--version")[0] for _ in range(5))
    repo, bare, remote = new_repo(b, "r", data)
    plain = f"{b.base}/plain"
    shutil.rmtree(plain, ignore_errors=True)
    b.quiet(*GIT, "init", "-q", plain)
    b.quiet("cp", "-r", data, plain + "/data")
    b.quiet(*GIT, "add", "-A", cwd=plain)
    b.quiet(*GIT, "commit", "-q", "-m", "all", cwd=plain)
    tar = b.shell(f"tar cf {work}/x.tar -C {data} . && sync {work}/x.tar")[0]
    note("add, first time / tar c + sync", b.timed(b.dls, "add", "data", cwd=repo), tar)
    b.quiet(*GIT, "commit", "-q", "-m", "one", cwd=repo)
    b.quiet(*GIT, "tag", "v1", cwd=repo)
    b.quiet(*GIT, "status", cwd=plain)
    git = statistics.median(b.timed(*GIT, "status", cwd=plain)[0] for _ in range(3))
    b.quiet(b.dls, "status", cwd=repo)
    status = b.timed(b.dls, "status", cwd=repo)
    note("status, clean / 1.2 x git status + S", status, 1.2 * git + startup)
    copy = b.shell(f"cp {work}/x.tar {work}/y.tar && sync {work}/y.tar")[0]
    note("push, first time / cp of one tar + sync", b.timed(b.dls, "push", cwd=repo), copy)
    os.remove(f"{work}/y.tar")
    note("push, nothing new / S", b.timed(b.dls, "push", cwd=repo), startup)
    make_files(repo + "/data", a.files, "v2", every=100)
    changed = b.shell(f"cd {repo}/data && find . -newer {work}/x.tar -type f -print0 | tar cf {work}/z.tar --null -T - && sync {work}/z.tar")[0]
    note("add, 1 % changed / status + 2 x tar of it", b.timed(b.dls, "add", "data", cwd=repo), status[0] + 2 * changed)
    b.quiet(*GIT, "commit", "-q", "-m", "two", cwd=repo)
    b.quiet(*GIT, "tag", "v2", cwd=repo)
    b.quiet(b.dls, "push", cwd=repo)
    b.quiet(*GIT, "push", "-q", "--no-verify", "origin", "main", "--tags", cwd=repo)
    limit = b.shell(f"git clone -q file://{bare} {work}/clone && mkdir {work}/t && tar xf {work}/x.tar -C {work}/t && sync")[0]
    shutil.rmtree(f"{work}/t")
    shutil.rmtree(f"{b.base}/c", ignore_errors=True)
    note("clone + pull / clone + tar x + sync", b.shell(f"git clone -q file://{bare} c && cd c && {b.dls} pull", cwd=b.base), limit)
    b.quiet(*GIT, "checkout", "-q", "v1", cwd=repo)
    note("checkout, 1 % differs / status", b.timed(b.dls, "checkout", cwd=repo), status[0])
    packs = f"find {repo}/.git/dls/packs -name '*.pack' -print0 | xargs -0 -n1 -P2"
    note("verify / sha256sum of packs, 2 cores, + S", b.timed(b.dls, "verify", cwd=repo), b.shell(f"{packs} sha256sum")[0] + startup)
    note("verify / openssl of packs, 2 cores, + S", b.timed(b.dls, "verify", cwd=repo), b.shell(f"{packs} openssl dgst -sha256")[0] + startup)
    for d in (repo, bare, remote, plain, f"{b.base}/c"):
        shutil.rmtree(d, ignore_errors=True)
    repo, bare, remote = new_repo(b, "big-r", big)
    limit = b.shell(f"cp -r {big} {work}/big && sync {work}/big/*")[0]
    shutil.rmtree(f"{work}/big")
    note("add 3 x 512 MB / cp + sync", b.timed(b.dls, "add", "data", cwd=repo), limit)
    for d in (repo, bare, remote, work):
        shutil.rmtree(d, ignore_errors=True)


def growth(a):
    b = Bench(a.dls, a.dir)
    rows = []

    def note(n, verb, t):
        rows.append(dict(files=n, verb=verb, wall_s=round(t[0], 3), cpu_s=round(t[1], 3), peak_mib=round(t[2], 1)))
        print(f"  {n:8} {verb:14} {t[0]:8.2f} s  cpu {t[1]:8.2f} s  {t[2]:6.0f} MiB", flush=True)

    for n in (int(x) for x in a.sizes.split(",")):
        repo, bare, remote = new_repo(b, f"g{n}", None)
        make_files(repo + "/data", n, "v1")
        note(n, "add", b.timed(b.dls, "add", "data", cwd=repo))
        b.quiet(*GIT, "commit", "-q", "-m", "one", cwd=repo)
        note(n, "status", b.timed(b.dls, "status", cwd=repo))
        note(n, "push", b.timed(b.dls, "push", cwd=repo))
        make_files(repo + "/data", 1, "v2")
        note(n, "add one", b.timed(b.dls, "add", "data", cwd=repo))
        b.quiet(*GIT, "commit", "-q", "-m", "two", cwd=repo)
        note(n, "push one", b.timed(b.dls, "push", cwd=repo))
        b.quiet(*GIT, "push", "-q", "--no-verify", "origin", "main", cwd=repo)
        shutil.rmtree(repo)
        b.quiet(*GIT, "clone", "-q", "file://" + bare, repo)
        note(n, "pull", b.timed(b.dls, "pull", cwd=repo))
        note(n, "verify", b.timed(b.dls, "verify", cwd=repo))
        for d in (repo, bare, remote):
            shutil.rmtree(d, ignore_errors=True)
        with open(a.csv, "w", newline="") as f:
            w = csv.DictWriter(f, fieldnames=["files", "verb", "wall_s", "cpu_s", "peak_mib"])
            w.writeheader()
            w.writerows(rows)
        plot(a.csv, a.svg)


COLOURS = ["#0b6e99", "#c4552d", "#448361", "#9f6b53", "#6940a5", "#ad1a72", "#787774"]


def plot(source, target):
    """Two panels, logarithmic in both directions: seconds and MiB over the number of files."""
    import math
    rows = list(csv.DictReader(open(source)))
    verbs = list(dict.fromkeys(r["verb"] for r in rows))
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="980" height="430" font-family="sans-serif" font-size="12">',
           '<rect width="980" height="430" fill="white"/>']
    for panel, (field, title) in enumerate((("wall_s", "wall time, s"), ("peak_mib", "peak memory, MiB"))):
        left, top, width, height = 60 + panel * 430, 40, 340, 320
        xs = [math.log10(float(r["files"])) for r in rows]
        ys = [math.log10(max(0.01, float(r[field]))) for r in rows]
        x0, x1 = math.floor(min(xs)), max(math.ceil(max(xs)), math.floor(min(xs)) + 1)
        y0, y1 = math.floor(min(ys)), math.ceil(max(ys))
        px = lambda v: left + (math.log10(v) - x0) / (x1 - x0) * width
        py = lambda v: top + height - (math.log10(max(0.01, v)) - y0) / (y1 - y0) * height
        out.append(f'<text x="{left}" y="{top - 14}" font-weight="bold">{title}</text>')
        for e in range(x0, x1 + 1):
            out.append(f'<line x1="{px(10 ** e):.1f}" y1="{top}" x2="{px(10 ** e):.1f}" y2="{top + height}" stroke="#e3e2e0"/>'
                       f'<text x="{px(10 ** e):.1f}" y="{top + height + 18}" text-anchor="middle">{10 ** e:,}</text>')
        for e in range(y0, y1 + 1):
            out.append(f'<line x1="{left}" y1="{py(10 ** e):.1f}" x2="{left + width}" y2="{py(10 ** e):.1f}" stroke="#e3e2e0"/>'
                       f'<text x="{left - 6}" y="{py(10 ** e) + 4:.1f}" text-anchor="end">{10 ** e:g}</text>')
        if field == "peak_mib":
            out.append(f'<line x1="{left}" y1="{py(256):.1f}" x2="{left + width}" y2="{py(256):.1f}" stroke="#c00" stroke-dasharray="4 4"/>'
                       f'<text x="{left + 4}" y="{py(256) - 4:.1f}" fill="#c00">bar: 256 MiB</text>')
        out.append(f'<text x="{left + width / 2}" y="{top + height + 38}" text-anchor="middle">files</text>')
        for i, verb in enumerate(verbs):
            points = [(px(float(r["files"])), py(float(r[field]))) for r in rows if r["verb"] == verb]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[i % 7]}" stroke-width="2"/>')
            out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[i % 7]}"/>' for x, y in points]
    for i, verb in enumerate(verbs):
        out.append(f'<rect x="890" y="{46 + 20 * i}" width="10" height="10" fill="{COLOURS[i % 7]}"/><text x="906" y="{55 + 20 * i}">{verb}</text>')
    out.append("</svg>")
    open(target, "w").write("\n".join(out) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    s = p.add_subparsers(dest="cmd", required=True)
    for name in ("bars", "growth"):
        q = s.add_parser(name)
        q.add_argument("--dls", required=True)
        q.add_argument("--dir", required=True)
        q.add_argument("--files", type=int, default=50000)
        q.add_argument("--reps", type=int, default=5)
        q.add_argument("--out")
        q.add_argument("--sizes", default="10000,100000,1000000")
        q.add_argument("--csv", default="growth.csv")
        q.add_argument("--svg", default="growth.svg")
    q = s.add_parser("plot")
    q.add_argument("csv")
    q.add_argument("svg")
    a = p.parse_args()
    if a.cmd == "plot":
        return plot(a.csv, a.svg)
    a.dir, a.dls = os.path.abspath(a.dir), os.path.abspath(a.dls)
    os.makedirs(a.dir, exist_ok=True)
    {"bars": bars, "growth": growth}[a.cmd](a)


if __name__ == "__main__":
    main()
