#!/usr/bin/python3
"""Writes keras-vectors.bin.gz: what Keras' own affine transform makes of a small picture.

Needs Debian's python3-keras-preprocessing (1.1.0), python3-scipy and python3-numpy. Run it as
`/usr/bin/python3 tests/DlStore.Tests/Images/make-keras-vectors.py`; the tests only read the file.

The file is gzip over: lines `rule fill augmentation` (rule keras112, fixed or keras-core; fill nearest
or a grey), an empty line, width and height (u16, little-endian), the picture (RGB), then for each line
the result (RGB, u16 little-endian, in 1/256, so that rounding is left to the reader).

keras112 calls the library as it is. fixed calls it with the centre that PR 314 of keras-preprocessing
gave it. keras-core does what PRs 323 and 324 did on top: rows and columns of the matrix change places.
"""
import gzip
import os
import random

import numpy
from keras_preprocessing.image import affine_transformations as keras
from scipy import ndimage

WIDTH, HEIGHT = 40, 24
OLD_CENTRE = keras.transform_matrix_offset_center


def new_centre(matrix, x, y):
    o_x, o_y = float(x) / 2 - 0.5, float(y) / 2 - 0.5
    there = numpy.array([[1, 0, o_x], [0, 1, o_y], [0, 0, 1]])
    back = numpy.array([[1, 0, -o_x], [0, 1, -o_y], [0, 0, 1]])
    return there @ matrix @ back


def swapped_centre(matrix, x, y):
    moved = new_centre(matrix, x, y)
    moved[:, [0, 1]] = moved[:, [1, 0]]
    moved[[0, 1]] = moved[[1, 0]]
    return moved


CENTRES = {'keras112': OLD_CENTRE, 'fixed': new_centre, 'keras-core': swapped_centre}


def picture():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    red = 30 + 5 * x
    green = 120 + 60 * numpy.sin(x / 5.0) + 60 * numpy.cos(y / 4.0)
    blue = numpy.where((x // 8 + y // 6) % 2 == 0, 220, 40)
    return numpy.clip(numpy.stack([red, green, blue], axis=2), 0, 255).astype(numpy.uint8)


def parameters():
    """(rotation, shift x, shift y, shear, zoom x, zoom y) in the units of the text form."""
    one = 10000
    single = [(5000, 0, 0, 0, one, one), (-2113, 0, 0, 0, one, one), (90000, 0, 0, 0, one, one), (37500, 0, 0, 0, one, one),
              (0, 1250, -3500, 0, one, one), (0, 4000, 3000, 0, one, one), (0, -7300, 0, 0, one, one), (0, 0, 0, 8000, one, one),
              (0, 0, 0, -15500, one, one), (0, 0, 0, 0, 9213, 11022), (0, 0, 0, 0, 15000, 15000), (0, 0, 0, 0, 6000, 8000)]
    draw = random.Random(20)
    mixed = [(draw.randint(-20000, 20000), draw.randint(-4000, 4000), draw.randint(-4000, 4000), draw.randint(-10000, 10000),
              draw.randint(8000, 12500), draw.randint(8000, 12500)) for _ in range(12)]
    return single + mixed


def text(p):
    rotation, sx, sy, shear, zx, zy = p
    words = []
    if rotation:
        words.append('rotation=%s' % fixed(rotation, 3))
    if sx or sy:
        words.append('shift=%s,%s' % (fixed(sx, 3), fixed(sy, 3)))
    if shear:
        words.append('shear=%s' % fixed(shear, 3))
    if zx != 10000 or zy != 10000:
        words.append('zoom=%s,%s' % (fixed(zx, 4), fixed(zy, 4)))
    return ' '.join(words)


def fixed(value, decimals):
    digits = str(abs(value)).zfill(decimals + 1)
    return ('-' if value < 0 else '') + digits[:-decimals] + '.' + digits[-decimals:]


def transform(source, rule, fill, p):
    rotation, sx, sy, shear, zx, zy = p
    keras.transform_matrix_offset_center = CENTRES[rule]
    mode, value = ('nearest', 0.) if fill == 'nearest' else ('constant', float(fill))
    return keras.apply_affine_transform(source.astype(numpy.float32), theta=rotation / 1000, tx=sy / 1000, ty=sx / 1000, shear=shear / 1000,
                                        zx=zy / 10000, zy=zx / 10000, fill_mode=mode, cval=value, order=1)


def main():
    # The name under which Keras 1.1.0 calls scipy.
    if not hasattr(ndimage, 'interpolation'):
        ndimage.interpolation = ndimage
    source = picture()
    lines, results = [], []
    for rule, step in (('keras112', 1), ('fixed', 3), ('keras-core', 3)):
        for i, p in enumerate(parameters()[::step]):
            fill = 'nearest' if i % 2 else '255' if i % 4 else '0'
            lines.append('%s %s %s' % (rule, fill, text(p)))
            results.append(numpy.floor(transform(source, rule, fill, p) * 256 + 0.5).astype('<u2').tobytes())
    head = '\n'.join(lines) + '\n\n'
    size = numpy.array([WIDTH, HEIGHT], dtype='<u2').tobytes()
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'keras-vectors.bin.gz')
    with open(path, 'wb') as out:
        out.write(gzip.compress(head.encode() + size + source.tobytes() + b''.join(results), 9, mtime=0))
    print('%d vectors, %d bytes' % (len(lines), os.path.getsize(path)))


main()
