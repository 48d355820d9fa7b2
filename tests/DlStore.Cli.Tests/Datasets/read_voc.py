"""Reads a set in Pascal VOC layout as the SSD trainer and torchvision do, and prints what each would train on.

Usage: read_voc.py ROOT LIST. Prints one line a box: image, label, the box as fractions of the real image; then the number of images.
Ends with a traceback where those readers would: a blank line, a missing file, a number with a point, no object.
"""
import sys
import xml.etree.ElementTree as ET

from PIL import Image


def torchvision_dict(node):
    children = list(node)
    if not children:
        return {node.tag: (node.text or "").strip()}
    found = {}
    for child in children:
        for key, value in torchvision_dict(child).items():
            found.setdefault(key, []).append(value)
    if node.tag == "annotation":
        found["object"] = [found["object"]]
    return {node.tag: {key: value[0] if len(value) == 1 else value for key, value in found.items()}}


def main(root, image_set):
    with open(f"{root}/ImageSets/Main/{image_set}.txt") as lines:
        ids = [line.strip() for line in lines]
    for name in ids:
        image = Image.open(f"{root}/JPEGImages/{name}.jpg").convert("RGB")
        image.load()
        width, height = image.size
        tree = ET.parse(f"{root}/Annotations/{name}.xml").getroot()
        boxes = []
        for item in tree.iter("object"):
            if int(item.find("difficult").text) == 1:
                continue
            label = item.find("name").text.lower().strip()
            box = item.find("bndbox")
            corners = [int(box.find(side).text) - 1 for side in ("xmin", "ymin", "xmax", "ymax")]
            fractions = [c / (width if i % 2 == 0 else height) for i, c in enumerate(corners)]
            assert 0 <= fractions[0] < fractions[2] <= 1 and 0 <= fractions[1] < fractions[3] <= 1, (name, fractions)
            boxes.append((label, fractions))
        assert boxes, f"{name}: the SSD trainer stops at an image without an object"
        assert torchvision_dict(tree)["annotation"]["filename"] == f"{name}.jpg", name
        for label, fractions in boxes:
            print(name, label, " ".join(f"{f:.4f}" for f in fractions))
    print(len(ids), "images")


main(*sys.argv[1:])
