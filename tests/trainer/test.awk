# Classifies grids with a weights file: one line an image, parted by tabs: image, truth, found, score. Variable: weights.
BEGIN {
    inputs = 192
    getline line < weights
    getline line < weights
    labels = split(line, names, " ") - 1
    getline line < weights
    split(line, part, " ")
    hidden = part[2] + 0
    top = hidden > 0 ? hidden : inputs
    for (j = 0; j < hidden; j++) { getline line < weights; split(line, part, " "); for (i = 0; i <= inputs; i++) first[j, i] = part[i + 1] }
    for (k = 0; k < labels; k++) { getline line < weights; split(line, part, " "); for (j = 0; j <= top; j++) last[k, j] = part[j + 1] }
}

{
    for (j = 0; j < hidden; j++) {
        z = first[j, inputs]
        for (i = 0; i < inputs; i++) z += first[j, i] * ($(i + 3) - 0.5)
        e = z > 15 ? 1 : z < -15 ? -1 : (exp(2 * z) - 1) / (exp(2 * z) + 1)
        unit[j] = e
    }
    if (hidden == 0) for (i = 0; i < inputs; i++) unit[i] = $(i + 3) - 0.5
    all = 0
    for (k = 0; k < labels; k++) {
        z = last[k, top]
        for (j = 0; j < top; j++) z += last[k, j] * unit[j]
        score[k] = z
        if (k == 0 || z > max) { max = z; found = k }
    }
    for (k = 0; k < labels; k++) all += exp(score[k] - max)
    printf "%s\t%s\t%s\t%.4f\n", $1 ".jpg", $2, names[found + 2], 1 / all
}
