#!/usr/bin/env python3
"""Measures the pages of `dls ui` at size, in a repository made with git fast-import. Python 3.9+; Linux; for the browser's part chromium and node.

  ui.py --dls PATH --dir DIR [--tasks 10000] [--points 2000] [--reps 5] [--keep] [--serve]
      TASKS tasks with four parameters, two test numbers, three curves of POINTS points together, a memo; the first hundred with full curves, the
      others with a tenth. First byte and whole answer of the table of tasks (first time, again, sorted, filtered) and of a comparison of 50 runs, median
      of REPS, with the peak memory of the server. With --pictures N also the page of a data set of N pictures, in a repository of its own. --serve leaves the server running and prints its address.
"""
import argparse, base64, hashlib, http.client, json, math, os, random, shutil, signal, statistics, subprocess, sys, time, urllib.parse


def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def curves(rng, points, lr):
    lines, per = [], max(1, points // 3)
    for i in range(per):
        step = (i + 1) * 10
        loss = 2.5 * math.exp(-step * lr / per * 2) + 0.1 + rng.random() * 0.05
        for name, value in (("acc", 1 - loss / 3), ("loss", loss), ("val_loss", loss * 1.2 + rng.random() * 0.1)):
            lines.append({"line": i * 3 + 1, "metric": name, "step": step, "value": round(value, 6)})
    return lines


def make(repo, env, tasks, points):
    first = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repo, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    importer = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=repo, env=env, stdin=subprocess.PIPE)
    out = importer.stdin
    out.write(f"commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\nfrom {first}\n".encode())

    def put(path, content):
        data = content.encode() if isinstance(content, str) else (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()
        out.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")

    for task in range(tasks):
        rng = random.Random(task)
        name, ident = f"run{task:05}", hashlib.sha256(f"{task} 1".encode()).hexdigest()[:32]
        lr, width = 10 ** -rng.randint(1, 4), rng.choice((0.5, 0.75, 1.0))
        day = f"2026-{1 + task // 28 % 12:02}-{1 + task % 28:02}T{task % 24:02}:04:05Z"
        start = {"n": 1, "id": ident, "kind": rng.choice(("ssd", "resnet34", "yolo")), "kindDigest": digest("kind"), "host": rng.choice(("gpu1", "gpu2")), "created": day, "by": "A", "commit": first,
                 "train": "sh train.sh", "parameters": {"batch": "32", "epochs": str(rng.choice((20, 50))), "lr": f"{lr:g}", "width": f"{width:g}"}, "classes": ["close", "other"], "accepted": [],
                 "accept": {}, "inputs": [], "data": {"name": "game", "canvas": "own", "tree": digest(f"tree {task // 100}"), "dirHash": digest(f"dir {task // 100}"), "layout": "voc",
                                                     "view": digest(f"view {task // 100}")},
                 "sources": [{"path": "../trainer", "commit": first, "tree": digest(f"source {task // 10}"), "files": 30, "dirty": [], "withheld": []}]}
        lines = curves(rng, points if task < 100 else points // 10, lr * 50)
        last = {p["metric"]: f"{p['value']}" for p in lines}
        mean = round(0.5 + 0.4 * math.tanh(-math.log10(lr) - 1) * width + rng.random() * 0.05, 4)
        best = {"path": "out/best.pth", "oid": digest(f"best {task}"), "size": 20_000_000, "at": day, "line": 7, "text": "new best", "inherited": False}
        state = rng.choice(("done", "done", "done", "done", "failed", "stopped"))
        end = {"format": 1, "n": 1, "id": ident, "kind": start["kind"], "state": state, "exitCode": 0, "clockAhead": 0, "undeclared": [], "files": [], "best": [best], "weights": best, "weightFacts": {},
               "alarms": [], "metrics": last, "started": day, "finished": day[:14] + "49:05Z",
               "result": {"metrics": {"map": f"{mean}", "f1": f"{round(mean * 0.9, 4)}"}, "images": 200,
                          "classes": [{"class": c, "numbers": {"ap": f"{round(mean + d, 4)}", "support": "100"}} for c, d in (("close", 0.02), ("other", -0.02))]}}
        if state != "done":
            end["why"] = "its program ended with code 1" if state == "failed" else "it was stopped"
            del end["result"]
        put(f"tasks/{name}/task.json", {"format": 1, "name": name, "created": day, "by": "A", "kinds": [start["kind"]], "attempts": [start], "reused": []})
        put(f"tasks/{name}/memo.md", f"try {task}: learning rate {lr:g}\n")
        put(f"tasks/{name}/attempts/1/attempt.json", end)
        put(f"tasks/{name}/attempts/1/metrics.jsonl", "".join(json.dumps(p, separators=(",", ":")) + "\n" for p in lines))
    out.close()
    if importer.wait():
        sys.exit("git fast-import failed")
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=repo, env=env, check=True)


JPEG = base64.b64decode("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAwAEADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwB9FFFeWekFFFFABRRRQAUUUUAFFFFABRRRQAUUUUAFFFFABRRRQAUUUUAFFFFABRRRQB//2Q==")


def make_set(args, env):
    """A Pascal VOC directory whose pictures differ by a comment in them, imported as a data set."""
    top = f"{args.dir}/set"
    shutil.rmtree(top, ignore_errors=True)
    for directory in ("voc/JPEGImages", "voc/Annotations", "voc/ImageSets/Main"):
        os.makedirs(f"{top}/{directory}")
    names = [f"img_{i:06}" for i in range(args.pictures)]
    for i, name in enumerate(names):
        comment = name.encode()
        with open(f"{top}/voc/JPEGImages/{name}.jpg", "wb") as out:
            out.write(JPEG[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + JPEG[2:])
        with open(f"{top}/voc/Annotations/{name}.xml", "w") as out:
            out.write(f"<annotation>\n\t<folder>JPEGImages</folder>\n\t<filename>{name}.jpg</filename>\n\t<size><width>64</width><height>48</height><depth>3</depth></size>\n"
                      f"\t<segmented>0</segmented>\n\t<object>\n\t\t<name>{'close' if i % 2 else 'open'}</name>\n\t\t<pose>Unspecified</pose>\n\t\t<truncated>0</truncated>\n\t\t<difficult>0</difficult>\n"
                      "\t\t<bndbox>\n\t\t\t<xmin>5</xmin>\n\t\t\t<ymin>5</ymin>\n\t\t\t<xmax>40</xmax>\n\t\t\t<ymax>40</ymax>\n\t\t</bndbox>\n\t</object>\n</annotation>\n")
    part = len(names) * 4 // 5
    for name, ids in (("train", names[:part]), ("val", names[part:])):
        with open(f"{top}/voc/ImageSets/Main/{name}.txt", "w") as out:
            out.write("\n".join(ids) + "\n")
    repo = f"{top}/repo"
    for argv, where in ((["git", "init", "-q", "-b", "main", repo], top), ([args.dls, "init", "-q"], repo), ([args.dls, "dataset", "import", "voc", "../voc", "big", "-q"], repo)):
        subprocess.run(argv, cwd=where, env=env, check=True, stdout=subprocess.DEVNULL)
    return repo


class Server:
    def __init__(self, dls, repo, env):
        self.process = subprocess.Popen([dls, "ui", "--no-open"], cwd=repo, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        self.url = urllib.parse.urlsplit(self.address)
        self.cookie = self.get("/?" + self.url.query, False)[2].split(";")[0]

    def get(self, path, known=True):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=600)
        start = time.monotonic()
        connection.request("GET", path, headers={"Cookie": self.cookie} if known else {})
        response = connection.getresponse()
        first = time.monotonic() - start
        body = response.read()
        whole = time.monotonic() - start
        if known and response.status != 200:
            sys.exit(f"{path}: {response.status} {body[:500]!r}")
        return first, whole, response.getheader("Set-Cookie") or "", len(body)

    def peak(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dls", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=2_000)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="use the repository that is in DIR already")
    parser.add_argument("--pictures", type=int, default=0)
    parser.add_argument("--serve", action="store_true", help="leave the server running")
    args = parser.parse_args()
    repo = f"{args.dir}/repo"
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") and k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env.update(HOME=f"{args.dir}/home", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8", GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.com", GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@example.com")
    if not args.keep:
        shutil.rmtree(args.dir, ignore_errors=True)
        os.makedirs(f"{args.dir}/home")
        for argv in (["git", "init", "-q", "-b", "main", repo], [args.dls, "init", "-q"], ["git", "commit", "-q", "--no-verify", "-m", "begin"]):
            subprocess.run(argv, cwd=repo if argv[1] != "init" or argv[0] != "git" else args.dir, env=env, check=True, stdout=subprocess.DEVNULL)
        make(repo, env, args.tasks, args.points)
    server = Server(args.dls, repo, env)
    if args.serve:
        print(server.address, server.process.pid)
        return
    start = time.monotonic()
    server.get("/tasks")
    print(f"{args.tasks} tasks; the first answer, with the index made, took {time.monotonic() - start:.1f} s")
    print("| page | first byte ms, median | whole ms | KiB |\n|---|---:|---:|---:|")
    compare = "/compare?" + "&".join(f"t=run{i:05}:1" for i in range(50))
    for name, path in (("tasks", "/tasks"), ("tasks sorted by map", "/tasks?sort=test.map"), ("tasks filtered", "/tasks?where=" + urllib.parse.quote("map > 0.8 and lr < 0.01")),
                       ("tasks, page 50", "/tasks?page=50"), ("a task", "/task/run00001"), ("compare 50 runs", compare), ("store", "/store")):
        measured = [server.get(path) for _ in range(args.reps)]
        first, whole, size = (statistics.median(m[i] for m in measured) for i in (0, 1, 3))
        print(f"| {name} | {first * 1000:.0f} | {whole * 1000:.0f} | {size // 1024} |", flush=True)
    print(f"| peak memory of the server | | | {server.peak():.0f} MiB |")
    server.stop()
    if args.pictures:
        measure_set(args, env)


def measure_set(args, env):
    server = Server(args.dls, make_set(args, env), env)
    first, whole, _, size = server.get("/dataset/big")
    print(f"| a data set of {args.pictures} pictures, the first time | {first * 1000:.0f} | {whole * 1000:.0f} | {size // 1024} |")
    for name, path in (("again", "/dataset/big"), ("a class of it", "/dataset/big?class=close"), ("a page in the middle", f"/dataset/big?page={args.pictures // 120}"), ("a name in it", "/dataset/big?find=99")):
        measured = [server.get(path) for _ in range(args.reps)]
        first, whole, size = (statistics.median(m[i] for m in measured) for i in (0, 1, 3))
        print(f"| {name} | {first * 1000:.0f} | {whole * 1000:.0f} | {size // 1024} |", flush=True)
    start = time.monotonic()
    for i in range(60):
        server.get(f"/file/big/own?path=JPEGImages/img_{i:06}.jpg")
    print(f"| 60 pictures, one after the other | | {(time.monotonic() - start) * 1000:.0f} | |")
    print(f"| peak memory of the server | | | {server.peak():.0f} MiB |")
    server.stop()


main()
