"""Healthy repositories with one of everything dls reads, made once by the program and copied for each mutation."""

import json
import os
import shutil
import struct
import subprocess
import zipfile

PROJECT = """label: close
seed: 3
count: 4
quality: 90
recipe:
  - {height: 3, width: 2, brightness: [0.5, 1.2]}
"""
TRAIN = """mkdir -p out
i=0
while [ $i -lt 3 ]; do i=$((i + 1)); echo "step $i loss 0.$((100 - i))"; printf 'weights %s' $i > out/best.bin; echo "new best at $i"; done
"""
KIND = """source: trainer
train: sh train.sh {steps}
test: sh test.sh
parameters: {steps: 3}
collect: ['out/*.bin', results.tsv]
best: {file: out/best.bin}
results: results.tsv
log:
  metrics:
    - pattern: '^step (?<step>[0-9]+) loss (?<loss>-?nan|[0-9.]+)'
      step: step
  best: '^new best'
  loss: loss
stop:
  - {name: nan, match: '^step [0-9]+ loss -?nan', action: stop}
deploy: {weight: weights/best.bin}
"""
VOC = """<annotation><folder>JPEGImages</folder><filename>{name}.jpg</filename><size><width>40</width><height>30</height><depth>3</depth></size>
<segmented>0</segmented><object><name>close</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
<bndbox><xmin>3</xmin><ymin>4</ymin><xmax>20</xmax><ymax>22</ymax></bndbox></object></annotation>
"""
CFG = """[net]
batch=1
width=32
height=32
channels=3
[convolutional]
filters=21
size=1
stride=1
pad=1
activation=linear
[yolo]
mask=0,1,2
anchors=10,13,16,30,33,23
classes=2
num=3
"""
LOG = """Loading weights from start.weights...Done!
 1: 555.985840, 555.985840 avg loss, 0.000000 rate, 3.2 seconds, 64 images, 9 hours left
step 1 loss 0.99
step 2 loss 0.98
new best at 2
"""
RESULTS = "a.jpg\tclose\tclose\t0.9\nb.jpg\tclose\topen\t0.4\n"


class Scene:
    """A directory with everything; `work` is where it is mutated, `pristine` where it is kept."""

    def __init__(self, program, root):
        self.root, self.work, self.pristine = root, os.path.join(root, "work"), os.path.join(root, "pristine")
        self.program = os.path.abspath(program)
        self.repo = os.path.join(self.work, "repo")
        os.makedirs(os.path.join(self.work, "home"))
        self.environment = {
            "PATH": os.path.dirname(self.program) + ":/usr/local/bin:/usr/bin:/bin", "HOME": os.path.join(self.work, "home"), "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com"}
        if "DOTNET_ROOT" in os.environ:
            self.environment["DOTNET_ROOT"] = os.environ["DOTNET_ROOT"]

    def run(self, *words, at=None, fail=True):
        """Runs a program of the set-up."""
        words = [self.program if words[0] == "dls" else words[0], *words[1:]]
        done = subprocess.run(words, cwd=at or self.repo, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        if fail and done.returncode != 0:
            raise RuntimeError(f"{words}: {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
        return done

    def write(self, path, data):
        """Writes a file below the scene, with its parents."""
        path = os.path.join(self.work, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def save(self):
        """Keeps the scene as it is."""
        shutil.copytree(self.work, self.pristine, symlinks=True)

    def restore(self):
        """Brings the scene back."""
        subprocess.run(["chmod", "-R", "u+rwX", self.work], capture_output=True)
        shutil.rmtree(self.work)
        subprocess.run(["cp", "-a", "--reflink=auto", self.pristine, self.work], check=True)


def picture(kind="JPEG", shade=90, size=(40, 30)):
    """A small picture; Pillow makes it."""
    import io

    from PIL import Image
    image = Image.new("RGB", size, (shade, 120, 200 - shade))
    for x in range(size[0]):
        image.putpixel((x, x * size[1] // size[0]), (255, (x * 7 + shade) % 255, 0))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def torch_pickle():
    """A pickle of protocol 2 as torch.save writes it for a state dictionary of one 2 x 3 tensor."""
    def text(value):
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def integer(value):
        return b"K" + bytes([value])
    tensor = (b"ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + integer(6) + b"tQ"
              + integer(0) + integer(2) + integer(3) + b"\x86" + integer(3) + integer(1) + b"\x86" + b"\x89ccollections\nOrderedDict\n)RtR")
    return b"\x80\x02ccollections\nOrderedDict\n)R(" + text("fc.weight") + tensor + b"u."


def torch_zip(path):
    """The zip file of torch.save."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("archive/data.pkl", torch_pickle())
        file.writestr("archive/data/0", struct.pack("<6f", 1, 2, 3, 4, 5, 6))
        file.writestr("archive/version", b"3\n")


def make_store(scene):
    """A repository with a tree, a blob, a large blob, a remote, a trash entry, indexes and every state file."""
    os.makedirs(scene.repo)
    scene.run("git", "init", "-q", "-b", "main")
    scene.run("dls", "init")
    scene.run("dls", "config", "core.packThreshold", "65536")
    scene.run("dls", "remote", "add", "lab", "../remote", "--default")
    for i in range(12):
        scene.write(f"repo/data/d{i % 3}/f{i}.txt", f"picture {i}\n" * (i + 1))
    os.symlink("d0/f0.txt", scene.repo + "/data/link")
    os.mkdir(scene.repo + "/data/empty")
    scene.write("repo/w.bin", bytes(range(256)) * 40)
    scene.write("repo/big.bin", bytes((i * 7919) >> 3 & 255 for i in range(100_000)))
    scene.run("dls", "add", "data", "w.bin", "big.bin")
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "one")
    scene.run("dls", "push")
    for i in range(10):  # more than eight packs without an index, so that one is written
        scene.write(f"repo/data/d0/more{i}.txt", f"more {i}\n" * 30)
        scene.run("dls", "add", "data")
    scene.run("git", "commit", "-qam", "two")
    scene.run("dls", "push")
    scene.run("dls", "index", "rebuild")
    scene.write("repo/data/d1/f1.txt", "local bytes\n")
    scene.run("dls", "checkout", "--force", "data")
    fnv = 0xcbf29ce484222325
    for byte in b"data":
        fnv = (fnv ^ byte) * 0x100000001b3 & (1 << 64) - 1
    with open(scene.repo + "/data.dls", encoding="utf-8") as file:
        oid = [line for line in file.read().split("\n") if line.startswith("oid ")][0]
    scene.write(f"repo/.git/dls/journal/{fnv:016x}", f"dls-checkout 1\n{oid}\ntag 0123456789abcdef\npath data\n")
    scene.save()


def make_learning(scene):
    """A repository with a project, a data set, a test set, a kind, a task that ran, a target and a deployment."""
    os.makedirs(scene.repo)
    scene.run("git", "init", "-q", "-b", "main")
    scene.run("dls", "init")
    scene.write("close.jpg", picture(shade=30))
    scene.run("dls", "project", "new", "close", "--image", "../close.jpg", "--label", "close")
    scene.write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own]\nsplit: {train: 80, seed: 1}\n")
    scene.write("repo/projects/close/project.yaml", PROJECT)
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "one")
    scene.run("dls", "dataset", "build", "game", "--add-classes")
    scene.write("shots/shot.jpg", picture(shade=60))
    scene.write("shots/shot.xml", VOC.format(name="shot"))
    scene.run("dls", "testset", "add", "shots", "../shots")
    scene.write("repo/trainer/train.sh", TRAIN)
    scene.write("repo/trainer/test.sh", "printf 'a.jpg\\tclose\\tclose\\t0.9\\n' > results.tsv\n")
    scene.write("repo/.dlstore/kinds/net.yaml", KIND)
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "two")
    scene.run("dls", "trust", "net")
    scene.run("dls", "task", "create", "try1", "--kind", "net")
    os.makedirs(scene.work + "/target")
    scene.run("dls", "target", "add", "gaa", "--host", "local", "--kind", "net", "--home", scene.work + "/target")
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "three")
    scene.run("dls", "deploy", "try1", "--target", "gaa")
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "four", fail=False)
    scene.run("dls", "lineage", "try1", fail=False)
    scene.save()


def make_imports(scene):
    """Sets, weights and logs of other programs beside an empty repository that can take them in."""
    os.makedirs(scene.repo)
    scene.run("git", "init", "-q", "-b", "main")
    scene.run("dls", "init")
    scene.write("repo/trainer/train.sh", TRAIN)
    scene.write("repo/trainer/test.sh", "true\n")
    scene.write("repo/.dlstore/kinds/net.yaml", KIND)
    scene.run("git", "add", "-A")
    scene.run("git", "commit", "-qm", "one")
    names = ["a_0", "a_1", "a_2"]
    for i, name in enumerate(names):
        jpeg = picture(shade=20 * i + 10)
        scene.write(f"voc/JPEGImages/{name}.jpg", jpeg)
        scene.write(f"voc/Annotations/{name}.xml", VOC.format(name=name))
        scene.write(f"darknet/obj/{name}.jpg", jpeg)
        scene.write(f"darknet/obj/{name}.txt", "0 0.3 0.4 0.2 0.3\n1 0.6 0.5 0.2 0.2\n")
        side = "train" if i < 2 else "val"
        scene.write(f"ultra/images/{side}/{name}.jpg", jpeg)
        scene.write(f"ultra/labels/{side}/{name}.txt", "0 0.3 0.4 0.2 0.3\n1 0.6 0.5 0.2 0.2\n")
        scene.write(f"coco/images/train/{name}.jpg", jpeg)
    for side, part in (("train", names[:2]), ("val", names[2:]), ("trainval", names), ("test", [])):
        scene.write(f"voc/ImageSets/Main/{side}.txt", "".join(n + "\n" for n in part))
    scene.write("voc/classes.txt", "close\n")
    scene.write("darknet/obj.names", "close\nopen\n")
    scene.write("darknet/obj.data", "classes = 2\ntrain = train.txt\nvalid = valid.txt\nnames = obj.names\nbackup = backup\n")
    scene.write("darknet/train.txt", "".join(f"obj/{n}.jpg\n" for n in names[:2]))
    scene.write("darknet/valid.txt", f"obj/{names[2]}.jpg\n")
    scene.write("ultra/data.yaml", "train: images/train\nval: images/val\nnames:\n  0: close\n  1: open\n")
    scene.write("coco/annotations/instances_train.json", json.dumps({
        "info": {}, "licenses": [], "categories": [{"id": 1, "name": "close", "supercategory": ""}],
        "images": [{"id": i + 1, "file_name": n + ".jpg", "width": 40, "height": 30} for i, n in enumerate(names)],
        "annotations": [{"id": i + 1, "image_id": i + 1, "category_id": 1, "bbox": [2, 3, 10, 12.5], "area": 125.0, "iscrowd": 0, "segmentation": [[2, 3, 12, 3, 12, 15]]}
                        for i in range(3)]}, indent=1))
    os.makedirs(scene.work + "/run/cfg")
    torch_zip(scene.work + "/run/model.pth")
    scene.write("run/plain.pth", torch_pickle())
    scene.write("run/cfg/net.cfg", CFG)
    scene.write("run/net.weights", struct.pack("<iiiQ", 0, 2, 5, 64) + struct.pack("<84f", *(i / 10 for i in range(84))))
    scene.write("run/train.log", LOG)
    scene.write("run/results.tsv", RESULTS)
    scene.write("shot/shot.jpg", picture(shade=77))
    scene.write("shot/shot.xml", VOC.format(name="shot"))
    scene.write("shot.png", picture("PNG", shade=77))
    scene.write("crops/one.jpg", picture(shade=88))
    scene.write("list.txt", "one.jpg, True\n")
    scene.save()
