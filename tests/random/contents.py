"""Random names and contents: everything a tree may hold, and what users really write."""

import itertools

# Every control character, what shells, git and line-based files stumble over, and text of several scripts.
CONTROLS = [bytes([i]) for i in range(1, 32)] + [b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8"]
AWKWARD = [b" ", b"'", b'"', b"\\", b"\\n", b"*", b"?", b"[", b"]", b"#", b"!", b"-", b"--", b"~", b"$x", b"`", b"%s", b":", b";", b"&", b"|", b"{}",
           b"<", b">", b"=", b"@", b"^", b".dls", b".tmp", b"..", b"\x1b[31m", b"\r\n"]
TEXT = ["ä", "ß", "学習", "画像", "🙂", "é", "e\u0301", "İ", "ﷺ", "\u202e", "\ufeff", "\u00a0"]
WORDS = [b"a", b"b", b"img", b"file", b"train", b"val", b"x1", b"deep", b"README", b"data", b"0001", b"z"]

# Managed paths may not hold control characters, but everything else that .gitignore, git and shells give a meaning to.
MANAGED_DIRECTORIES = [b"data", b"sets/one", "bilder/räv 学".encode(), b"odd [x]*?"]
MANAGED_FILES = [b"w.bin", b"weights/best.pth", b"#hash!", b"sp ace ", "q'u\"ø\\te".encode()]

_counter = itertools.count(1)


def name(rng):
    """One name of a directory entry: valid UTF-8, never reserved."""
    kind = rng.random()
    if kind < 0.55:
        made = rng.choice(WORDS) + (b"%d" % rng.randrange(6) if rng.random() < 0.7 else b"") + rng.choice([b"", b".txt", b".jpg"])
    elif kind < 0.75:
        made = rng.choice(WORDS) + rng.choice(AWKWARD) + rng.choice([b"", b"e"])
    elif kind < 0.88:
        made = rng.choice([b"", b"c"]) + rng.choice(CONTROLS) + rng.choice([b"", b"t"])
    elif kind < 0.97:
        made = (rng.choice(TEXT) + rng.choice(["", "x"])).encode()
    else:
        made = b"long" + b"n" * rng.choice([100, 200, 251])
    return b"dots" if made in (b".", b"..") or made.lower() in (b".git", b".dlstore") or made.endswith(b".dls") else made


def content(rng, large):
    """Bytes that no other call gives, so that a lost content cannot be mistaken for another; `large` is the threshold of large blobs."""
    mark = b"content %d %x\n" % (next(_counter), rng.getrandbits(64))
    kind = rng.random()
    if kind < 0.7:
        return mark + b"line of text\n" * rng.randrange(0, 60)
    if kind < 0.9:
        return mark + rng.randbytes(rng.randrange(1, 5000))
    return mark + rng.randbytes(large + rng.randrange(0, 3 * large))
