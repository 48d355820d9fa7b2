"""Every kind of file that dls parses: where one lies in a scene, which verbs read it, and what must not be silent about a change of it."""

import collections

# scene: which of scenes.py; files: globs below its directory; verbs: what reads them; must_fail: verbs that may not exit 0 once the bytes differ;
# same: verbs that, if they exit 0, must print just what they printed before (what is derived or checked may not change an answer).
Kind = collections.namedtuple("Kind", "name scene files verbs must_fail same")


def kind(name, scene, files, *verbs, must_fail=(), same=()):
    """One kind; verbs are lines of words, run in the repository as `dls WORDS`."""
    return Kind(name, scene, files.split(), verbs, must_fail, same)


CAT = "cat data/d0/f0.txt"
LIST = "ls -R --json"
FETCH = "fetch --all"
RUN = "task import ../run t9 --kind net"
SET = "dataset import"

KINDS = [
    kind("pointer", "store", "repo/data.dls repo/w.bin.dls", "status --json", "add data w.bin", "checkout", "diff", "gc --grace 0s", "doctor", "push"),
    kind("pack", "store", "repo/.git/dls/packs/*.pack", "verify", CAT, LIST, "status", "gc --grace 0s", "index rebuild",
         must_fail=("verify",), same=(CAT, LIST)),
    kind("large blob", "store", "repo/.git/dls/blobs/*/*/*", "verify", "cat big.bin", "status", must_fail=("verify",), same=("cat big.bin",)),
    kind("idx", "store", "repo/.git/dls/index/*.idx", CAT, LIST, "verify", "gc --grace 0s", "index rebuild", same=(CAT, LIST)),
    kind("remote pack", "store", "remote/packs/*/*.pack", "verify --remote lab", "remote check", "pull", must_fail=("verify --remote lab",)),
    kind("remote idx", "store", "remote/index/*.idx", "verify --remote lab", "remote check lab", "push", must_fail=("verify --remote lab",)),
    kind("remote format", "store", "remote/format.json", "push", "pull", "remote check lab", "verify --remote lab"),
    kind("pin", "store", "remote/pins/*/*", "remote check lab", "push", "status --json", FETCH),
    kind("remote cache", "store", "repo/.git/dls/remotes/*/pinned repo/.git/dls/remotes/*/index/*", "status --json", "push", "where data/d0/f0.txt", "verify"),
    kind("base", "store", "repo/.git/dls/base", "status --json", "add data", "checkout data", "rm --keep w.bin"),
    kind("stat cache", "store", "repo/.git/dls/stat/*", "status --json", "diff", "add data", same=("status --json", "diff")),
    kind("journal", "store", "repo/.git/dls/journal/*", "status --json", "add data", "checkout data", "gc --grace 0s"),
    kind("trash entry", "store", "repo/.git/dls/trash/*/entry", "trash list", "trash restore {trash} --to ../back", "gc --grace 0s"),
    kind("damaged", "store", "repo/.git/dls/damaged", "verify", "status", CAT, FETCH, same=(CAT,)),
    kind("lock", "store", "repo/.git/dls/locks/*", "add data", "gc --grace 0s", "status"),
    kind("config", "store", "repo/.dlstore/config", "config", "status", "push", "remote list", "doctor"),
    kind("gitignore", "store", "repo/.gitignore", "add data w.bin", "status", "doctor", "rm --keep w.bin"),
    kind("git index", "store", "repo/.git/index", "status", "add data", "checkout", "gc --grace 0s"),
    kind("git config", "store", "repo/.git/config", "status", "config", "doctor"),
    kind("sqlite index", "learning", "repo/.git/dls/index.sqlite", "lineage try1", "index rebuild", "audit", "verify"),
    kind("trust", "learning", "repo/.git/dls/trust", "trust --list", "kind check net", "doctor"),
    kind("project yaml", "learning", "repo/projects/close/project.yaml", "project show close", "project lint", "build close", "build explain close_1.jpg"),
    kind("master annotation", "learning", "repo/projects/close/master/image.xml", "project lint", "project show close", "build close"),
    kind("master", "learning", "repo/projects/close/master/image.jpg", "project lint", "build close"),
    kind("build record", "learning", "repo/projects/close/build/own/build.jsonl", "build close", "build explain projects/close/build/own/close_1.jpg", "dataset build game"),
    kind("dataset yaml", "learning", "repo/datasets/game.yaml", "dataset list", "dataset show game", "dataset build game", "dataset lint game"),
    kind("dataset lock", "learning", "repo/datasets/game.lock", "dataset list", "dataset show game", "dataset verify game", "dataset export croissant game", "dataset build game", "audit"),
    kind("dataset items", "learning", "repo/datasets/game/own/items.jsonl", "dataset verify game", "dataset show game", "dataset preview game --out ../p.jpg"),
    kind("dataset files", "learning", "repo/datasets/game/own/data_set/Annotations/*.xml repo/datasets/game/own/data_set/ImageSets/Main/t*.txt "
         "repo/datasets/game/own/data_set/JPEGImages/*.jpg", "dataset verify game", "dataset lint game --for ssd", "dataset preview game --out ../p.jpg",
         "dataset export coco game ../out", "dataset export croissant game", must_fail=("dataset verify game", "dataset export croissant game")),
    kind("classes", "learning", "repo/classes/game.txt repo/datasets/game/own/data_set/classes.txt", "dataset build game", "dataset lint game", "dataset show game"),
    kind("kind yaml", "learning", "repo/.dlstore/kinds/net.yaml", "kind list", "kind show net", "kind check net", "task list", "deploy try1 --target gaa --dry-run"),
    kind("task json", "learning", "repo/tasks/try1/task.json", "task list", "task show try1", "task status", "task export csv", "task export openlineage", "audit", "lineage try1", "gc --grace 0s"),
    kind("attempt json", "learning", "repo/tasks/try1/attempts/1/attempt.json", "task show try1", "task list", "task diff try1 try1", "task export csv", "task export openlineage", "audit", "deploy try1 --target gaa --dry-run"),
    kind("metrics", "learning", "repo/tasks/try1/attempts/1/metrics.jsonl", "task show try1", "audit", "task export mlflow ../mlflow", must_fail=("audit",)),
    kind("provenance", "learning", "repo/tasks/try1/attempts/1/provenance.json", "task export provenance try1", "audit"),
    kind("sums", "learning", "repo/tasks/try1/attempts/1/sums.sha256", "task export sums try1", "audit", must_fail=("audit",)),
    kind("testset yaml", "learning", "repo/testsets/shots.yaml", "testset list", "testset show shots", "testset add shots ../shots"),
    kind("deploy copy", "learning", "repo/.dlstore/deploys/gaa/*.json", "deploy log gaa", "lineage try1", "audit", "gc --grace 0s"),
    kind("deploy journal", "learning", "target/.dls/journal/*", "deploy status gaa", "deploy log gaa", "undeploy gaa"),
    kind("release record", "learning", "target/.dls/releases/*/deployment.json", "deploy status gaa", "undeploy gaa"),
    kind("host run", "learning", "home/.dls/runs/*/state/* home/.dls/runs/*/spec/*", "task status try1", "task log try1", "task collect"),
    kind("VOC xml", "imports", "voc/Annotations/a_1.xml", SET + " voc ../voc v --dry-run", SET + " voc ../voc v"),
    kind("VOC lists", "imports", "voc/ImageSets/Main/*.txt voc/classes.txt", SET + " voc ../voc v --dry-run", SET + " voc ../voc v"),
    kind("COCO json", "imports", "coco/annotations/*.json", SET + " coco ../coco v --dry-run", SET + " coco ../coco v"),
    kind("darknet set", "imports", "darknet/obj.* darknet/*.txt darknet/obj/*.txt", SET + " darknet ../darknet v --boxes voc --dry-run", SET + " darknet ../darknet v --boxes voc"),
    kind("ultralytics", "imports", "ultra/data.yaml ultra/labels/*/*.txt", SET + " ultralytics ../ultra v --boxes voc --dry-run", SET + " ultralytics ../ultra v --boxes voc"),
    kind("JPEG", "imports", "voc/JPEGImages/a_1.jpg shot/shot.jpg crops/one.jpg", SET + " voc ../voc v", "testset add s ../shot", "project crop ../shot/shot.jpg --size 8x8 --to ../cut",
         "project new p --image ../shot/shot.jpg --label close", "project harvest --prefix h --label close ../crops", "build"),
    kind("PNG", "imports", "shot.png", "project new p --image ../shot.png --label close", "testset add s ../shot.png", "project crop ../shot.png --size 8x8 --to ../cut"),
    kind("harvest list", "imports", "list.txt", "project harvest --prefix h --label close ../crops --list ../list.txt"),
    kind("shot xml", "imports", "shot/shot.xml", "testset add s ../shot"),
    kind("pth zip", "imports", "run/model.pth", RUN + " --weight model.pth", "task show t9"),
    kind("pth pickle", "imports", "run/plain.pth", RUN + " --weight plain.pth", "task show t9"),
    kind("darknet weights", "imports", "run/net.weights run/cfg/net.cfg", RUN + " --weight net.weights", "task show t9"),
    kind("log", "imports", "run/train.log", RUN + " --weight model.pth --log train.log", "task show t9"),
    kind("results", "imports", "run/results.tsv", RUN + " --weight model.pth --results results.tsv", "task show t9"),
]
