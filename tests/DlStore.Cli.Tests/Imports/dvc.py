"""Writes the files that DVC writes, in the layout of DVC 2 or 3, and checks a work tree against them; knows nothing of dls.

Usage, in a git work tree:
  dvc.py init [CACHE]                      .dvc/config, .dvc/.gitignore, .dvcignore
  dvc.py add PATH 2|3 copy|symlink|hardlink  PATH.dvc, the cache, PATH's line of .gitignore
  dvc.py stage NAME PATH 2|3               dvc.lock and dvc.yaml with one more stage that made PATH
  dvc.py check REV                         what REV's .dvc files and dvc.lock record is in the work tree, by MD5
"""
import hashlib
import json
import os
import subprocess
import sys

TEXT = set(range(32, 127)) | {10, 13, 9, 12, 8}


def is_text(block):
    return b"\0" not in block and sum(c not in TEXT for c in block) <= 0.3 * len(block) if block else True


def md5_of(path, version):
    digest = hashlib.md5()
    with open(path, "rb") as file:
        text = version == 2 and is_text(file.read(512))
        file.seek(0)
        while piece := file.read(1 << 20):
            digest.update(piece.replace(b"\r\n", b"\n") if text else piece)
    return digest.hexdigest()


def cache_dir():
    for line in open(".dvc/config"):
        if line.strip().startswith("dir ="):
            return os.path.normpath(os.path.join(".dvc", line.split("=", 1)[1].strip()))
    return ".dvc/cache"


def cache_path(name, version):
    return os.path.join(cache_dir(), *(["files", "md5"] if version == 3 else []), name[:2], name[2:])


def keep(path, version, link):
    name = md5_of(path, version)
    kept = cache_path(name, version)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    if not os.path.exists(kept):
        with open(path, "rb") as source, open(kept, "wb") as target:
            target.write(source.read())
        os.chmod(kept, 0o444)
    if link != "copy":
        os.remove(path)
        os.symlink(os.path.relpath(kept, os.path.dirname(path)), path) if link == "symlink" else os.link(kept, path)
    return name


def record(path, version, link):
    if not os.path.isdir(path):
        size = os.path.getsize(path)
        executable = os.access(path, os.X_OK)
        return keep(path, version, link), size, None, executable
    listing, size = [], 0
    for directory, _, names in os.walk(path):
        for name in names:
            file = os.path.join(directory, name)
            size += os.path.getsize(file)
            listing.append({"md5": keep(file, version, link), "relpath": os.path.relpath(file, path)})
    text = json.dumps(sorted(listing, key=lambda e: e["relpath"]), sort_keys=True).encode()
    name = hashlib.md5(text).hexdigest() + ".dir"
    kept = cache_path(name, version)
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    open(kept, "wb").write(text)
    return name, size, len(listing), False


def out_lines(path, version, recorded, indent=""):
    name, size, count, executable = recorded
    lines = [f"- md5: {name}", f"  size: {size}"]
    lines += [f"  nfiles: {count}"] if count is not None else []
    lines += ["  isexec: true"] if executable else []
    lines += ["  hash: md5"] if version == 3 else []
    return [indent + line for line in lines + ["  path: " + json.dumps(path, ensure_ascii=False)]]


def ignore(path):
    file = os.path.join(os.path.dirname(path), ".gitignore")
    line = "/" + "".join("\\" + c if c in "[]!*#?" else c for c in os.path.basename(path)) + "\n"
    old = open(file).read() if os.path.exists(file) else ""
    if line not in old:
        open(file, "a").write(line)


def add(path, version, link):
    recorded = record(path, version, link)
    with open(path + ".dvc", "w") as file:
        file.write("\n".join(["outs:"] + out_lines(os.path.basename(path), version, recorded)) + "\n")
    ignore(path)


def stage(name, path, version):
    recorded = record(path, version, "copy")
    lock = open("dvc.lock").read() if os.path.exists("dvc.lock") else "schema: '2.0'\nstages:\n"
    lock += "\n".join([f"  {name}:", "    cmd: make", "    outs:"] + out_lines(path, version, recorded, "    ")) + "\n"
    open("dvc.lock", "w").write(lock)
    pipeline = open("dvc.yaml").read() if os.path.exists("dvc.yaml") else "stages:\n"
    open("dvc.yaml", "w").write(pipeline + f"  {name}:\n    cmd: make\n    outs:\n    - {path}\n")
    ignore(path)


def outs_of(text):
    found = None
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("- "):
            found = {}
        if found is not None and ": " in line:
            key, value = line.lstrip("- ").split(": ", 1)
            found[key] = json.loads(value) if value.startswith('"') else value
            if key == "path" and "md5" in found:
                yield found


def check(rev):
    git = lambda *words: subprocess.run(["git", "-c", "core.quotePath=false", *words], check=True, capture_output=True).stdout.decode()
    count = 0
    for file in git("ls-tree", "-r", "--name-only", rev).splitlines():
        if not (file.endswith(".dvc") or os.path.basename(file) == "dvc.lock"):
            continue
        for out in outs_of(git("show", f"{rev}:{file}")):
            version = 3 if out.get("hash") == "md5" else 2
            path = os.path.join(os.path.dirname(file), out["path"])
            files = [(path, out["md5"])]
            if out["md5"].endswith(".dir"):
                listing = json.load(open(cache_path(out["md5"], version)))
                files = [(os.path.join(path, e["relpath"]), e["md5"]) for e in listing]
            for path, md5 in files:
                assert md5_of(path, version) == md5, path
                assert not os.path.islink(path), path
                count += 1
    print(count, "files are as recorded")


def init(cache=None):
    os.makedirs(".dvc", exist_ok=True)
    open(".dvc/config", "w").write(f"[cache]\n    dir = {cache}\n" if cache else "")
    open(".dvc/.gitignore", "w").write("/config.local\n/tmp\n/cache\n")
    open(".dvcignore", "w").write("# Add patterns of files dvc should ignore\n")


words = sys.argv[1:]
if words[0] == "init":
    init(*words[1:])
elif words[0] == "add":
    add(words[1], int(words[2]), words[3])
elif words[0] == "stage":
    stage(words[1], words[2], int(words[3]))
else:
    check(words[1])
