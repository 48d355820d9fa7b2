#!/usr/bin/env python3
"""Measures the built-in image engine, beside keras-preprocessing doing the same work, and data sets at size. Python 3.9+; Linux.

  images.py engine --dls PATH --dir DIR [--images 2000] [--reps 3]
      400x400 JPEG out (rotation, shift, zoom, brightness of a 400x400 master, quality 95): images/s of `dls build`, whole command, against
      keras-preprocessing + Pillow in one process and in one process a core, alternating. Needs /usr/bin/python3 with
      python3-keras-preprocessing, python3-scipy, python3-pil (Debian) and libturbojpeg0.
  images.py scale --dls PATH --dir DIR [--projects 100] [--images 1000]
      PROJECTS x IMAGES generated images: build, data set, lint, add, status; wall seconds, CPU seconds, peak MiB of each command
"""
import argparse, os, shutil, statistics, subprocess, sys, time

MASTER = """
import sys
from PIL import Image
size, seed, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
im = Image.new("RGB", (size, size))
im.putdata([((x * (3 + seed % 5)) % 256, (y * (5 + seed % 7)) % 256, ((x ^ y) * (1 + seed % 3)) % 256) for y in range(size) for x in range(size)])
im.save(path, quality=95)
"""

PEER = """
import sys, multiprocessing, numpy as np
from PIL import Image
from keras_preprocessing.image import ImageDataGenerator
from keras_preprocessing.image.utils import array_to_img
master, out, count, processes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def work(part):
    image = np.array(Image.open(master).convert("RGB"), dtype="float32")
    generator = ImageDataGenerator(rotation_range=5, width_shift_range=0.1, height_shift_range=0.1, zoom_range=[0.7, 1.3], brightness_range=[0.5, 1.5], fill_mode="constant", cval=125)
    for i in range(part, count, processes):
        array_to_img(generator.random_transform(image, seed=i), scale=False).save(f"{out}/p_{i}.jpg", quality=95)

with multiprocessing.Pool(processes) as pool:
    pool.map(work, range(processes))
"""


def run(argv, cwd=None, env=None):
    """Wall seconds, CPU seconds and peak MiB of a command."""
    os.sync()
    stamp = "/tmp/dls-bench-time"
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "-f", "%U %S %M", "-o", stamp, *map(str, argv)], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wall = time.monotonic() - start
    if done.returncode not in (0, 4):
        sys.exit(f"{argv} failed: {done.stdout}{done.stderr}")
    user, system, kib = open(stamp).read().split()[-3:]
    return wall, float(user) + float(system), int(kib) / 1024


def repository(base, dls):
    shutil.rmtree(base, ignore_errors=True)
    os.makedirs(f"{base}/home")
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env.update(HOME=f"{base}/home", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8")
    repo = f"{base}/repo"
    run(["git", "init", "-q", repo], env=env)
    run([dls, "init", "-q"], repo, env)
    return repo, env


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def master(path, size, seed):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run(["/usr/bin/python3", "-c", MASTER, str(size), str(seed), path], check=True)


def engine(args):
    repo, env = repository(args.dir, args.dls)
    master(f"{repo}/projects/p/master/image.jpg", 400, 1)
    write(f"{repo}/projects/p/project.yaml",
          f"label: p\nrecipe:\n  - mix: {{rotation: 5, width: 0.1, height: 0.1, zoom: [0.7, 1.3], brightness: [0.5, 1.5]}}\n    count: {args.images}\n")
    cores = len(os.sched_getaffinity(0))
    peer_images = max(50, args.images // 20)
    ours, one, many = [], [], []
    for _ in range(args.reps):
        shutil.rmtree(f"{repo}/projects/p/build", ignore_errors=True)
        ours.append(args.images / run([args.dls, "build", "-q"], repo, env)[0])
        for rates, processes in ((one, 1), (many, cores)):
            out = f"{args.dir}/peer"
            shutil.rmtree(out, ignore_errors=True)
            os.makedirs(out)
            rates.append(peer_images / run(["/usr/bin/python3", "-c", PEER, f"{repo}/projects/p/master/image.jpg", out, peer_images, processes])[0])
    a, b, c = map(statistics.median, (ours, one, many))
    bar = 0.85 * 400 * cores
    print(f"cores {cores}; images/s, medians of {args.reps}: dls build {a:.0f}; keras-preprocessing 1 process {b:.1f}, {cores} processes {c:.1f}")
    print(f"dls / keras on all cores: {a / c:.1f} (bar 10); dls / (cores x 400): {a / (400 * cores):.2f} (bar 0.85, {bar:.0f} images/s)")


def scale(args):
    repo, env = repository(args.dir, args.dls)
    for p in range(args.projects):
        master(f"{repo}/projects/p{p:03d}/master/image.jpg", 64, p)
        write(f"{repo}/projects/p{p:03d}/project.yaml",
              f"label: c{p % 10}\nrecipe:\n  - mix: {{rotation: 5, width: 0.1, height: 0.1, zoom: [0.7, 1.3], brightness: [0.5, 1.5]}}\n    count: {args.images}\n")
    write(f"{repo}/datasets/d.yaml", f"projects: ['p*']\ncanvas: [{args.canvas}]\n")
    rows = [("build", ["build", "--canvas", args.canvas, "-q"]), ("build, nothing changed", ["build", "--canvas", args.canvas, "-q"]),
            ("dataset build", ["dataset", "build", "d", "-q"]), ("dataset build, nothing changed", ["dataset", "build", "d", "-q"]),
            ("dataset lint", ["dataset", "lint", "d", "-q"]), ("dataset verify", ["dataset", "verify", "d", "-q"]),
            ("status", ["status"]), ("add, nothing changed", ["add", "datasets/d", "-q"])]
    total = args.projects * args.images
    print(f"{total} images of {args.canvas} in {args.projects} projects\n\n| command | wall s | CPU s | peak MiB |\n|---|---:|---:|---:|")
    for name, verb in rows:
        wall, cpu, peak = run([args.dls, *verb], repo, env)
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {peak:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(required=True)
    for name, function in (("engine", engine), ("scale", scale)):
        p = sub.add_parser(name)
        p.set_defaults(run=function)
        p.add_argument("--dls", required=True)
        p.add_argument("--dir", required=True)
        p.add_argument("--images", type=int, default=2000 if name == "engine" else 1000)
        p.add_argument("--reps", type=int, default=3)
        p.add_argument("--projects", type=int, default=100)
        p.add_argument("--canvas", default="64x64")
    args = parser.parse_args()
    args.dls = os.path.abspath(args.dls)
    args.run(args)


main()
