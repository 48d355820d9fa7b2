# Averages the bytes of a PPM (as decimal numbers) over a grid of 8 x 8 cells.
{
    for (i = 1; i <= NF; i++) {
        if (state < 4) {
            header($i)
        } else {
            pixel($i)
        }
    }
}

# "P6\nW H\n255\n": white space parts four words.
function header(byte,    character) {
    if (byte == 10 || byte == 32 || byte == 9 || byte == 13) {
        if (word != "") {
            state++
            if (state == 2) width = word + 0
            if (state == 3) height = word + 0
            word = ""
        }
    } else {
        character = byte >= 48 && byte <= 57 ? byte - 48 : "x"
        word = word character
    }
}

function pixel(byte,    x, y) {
    channel = at % 3
    x = int(at / 3) % width
    y = int(int(at / 3) / width)
    cell = (int(y * 8 / height) * 8 + int(x * 8 / width)) * 3 + channel
    sum[cell] += byte
    count[cell]++
    at++
}

END {
    for (i = 0; i < 192; i++) {
        printf "%.4f%s", (count[i] > 0 ? sum[i] / count[i] / 255 : 0), (i < 191 ? " " : "\n")
    }
}
