# The pictures of demo.sh, drawn by awk.

# Pictures as plain PPM, all in one start of awk: each is a disc on a gradient, and every number gives another one. Lines of number and file come in.
draw() {
    awk '{
        n = $1; file = $2
        w = 64; x0 = 12 + (n * 7) % 40; y0 = 12 + (n * 13) % 40; r = 5 + n % 9
        print "P3\n" w " " w "\n255" > file
        for (y = 0; y < w; y++) for (x = 0; x < w; x++) {
            d = (x - x0) * (x - x0) + (y - y0) * (y - y0)
            if (d < r * r) print 255 - (n * 3) % 200, 40, 60 > file; else print x * 4, y * 4, (n * 5) % 256 > file
        }
        close(file)
    }'
}

# A crop of a game screen as a JPEG file: a disc with a cross on it (a close button), or a bar with a frame (an advertisement's button), drawn with some grain.
crop() {
    awk -v w="$2" -v h="$3" -v kind="$1" 'BEGIN {
        print "P3\n" w " " h "\n255"
        s = 7
        for (y = 0; y < h; y++) for (x = 0; x < w; x++) {
            s = (s * 1103515245 + 12345) % 2147483648
            g = int(s / 134217728) - 8
            r0 = 60 + g; g0 = 90 + int(60 * y / h) + g; b0 = 150 + int(60 * x / w) + g
            if (kind == "close") {
                d = (x - w / 2) ^ 2 + (y - h / 2) ^ 2
                a = (x - w / 2) - (y - h / 2); b = (x - w / 2) + (y - h / 2)
                if (d < (w * 0.46) ^ 2) { r0 = g0 = b0 = 40 + g }
                if (d < (w * 0.34) ^ 2 && (a * a < 9 || b * b < 9)) { r0 = g0 = b0 = 235 }
            } else {
                if (x > 4 && x < w - 5 && y > 4 && y < h - 5) { r0 = 230 + g; g0 = 120 + g; b0 = 30 }
                if (x > 14 && x < w - 15 && y > h * 0.4 && y < h * 0.6) { r0 = g0 = b0 = 250 }
            }
            print (r0 < 0 ? 0 : r0 > 255 ? 255 : r0), (g0 < 0 ? 0 : g0 > 255 ? 255 : g0), (b0 < 0 ? 0 : b0 > 255 ? 255 : b0)
        }
    }' | cjpeg -quality 95 > "$4"
}
