"""Checks a set in COCO layout by the rules of COCOeval's own index, and prints what it holds.

Usage: read_coco.py ROOT SUBSET. Prints one line a box: image, category, bbox; then the numbers of images and boxes.
"""
import json
import sys

from PIL import Image


def main(root, subset):
    with open(f"{root}/annotations/instances_{subset}.json", encoding="utf-8") as file:
        data = json.load(file)
    images = {image["id"]: image for image in data["images"]}
    categories = {category["id"]: category["name"] for category in data["categories"]}
    assert len(images) == len(data["images"]) and all(type(i) is int for i in images), "image ids"
    assert len(categories) == len(data["categories"]) and all(type(i) is int for i in categories), "category ids"
    assert len({image["file_name"] for image in data["images"]}) == len(images), "file names"
    ids = set()
    for image in images.values():
        with Image.open(f"{root}/images/{subset}/{image['file_name']}") as picture:
            assert picture.size == (image["width"], image["height"]), image
    for box in data["annotations"]:
        assert type(box["id"]) is int and box["id"] not in ids, box
        ids.add(box["id"])
        image = images[box["image_id"]]
        x, y, width, height = box["bbox"]
        assert box["iscrowd"] == 0 and box["area"] == width * height > 0, box
        assert x >= 0 and y >= 0 and x + width <= image["width"] and y + height <= image["height"], (box, image)
        assert isinstance(box["segmentation"], list), box
        print(image["file_name"], categories[box["category_id"]], x, y, width, height)
    print(len(images), "images", len(ids), "boxes")


main(*sys.argv[1:])
