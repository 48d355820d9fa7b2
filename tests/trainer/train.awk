# Softmax regression (hidden = 0) or one layer of tanh units, by stochastic gradient descent on the cross entropy. Variables: epochs, rate, hidden, initial (a weights file or
# nothing), out, classes. Arguments: the grids of train and val.
BEGIN {
    inputs = 192
    labels = 0
    while ((getline line < classes) > 0) { names[labels] = line; number[line] = labels; labels++ }
    srand(7)
    if (initial != "") {
        load(initial)
        print "initial weights from " initial
    } else {
        for (j = 0; j < hidden; j++) for (i = 0; i <= inputs; i++) first[j, i] = (rand() - 0.5) * 0.2
        top = hidden > 0 ? hidden : inputs
        for (k = 0; k < labels; k++) for (j = 0; j <= top; j++) last[k, j] = hidden > 0 ? (rand() - 0.5) * 0.2 : 0
    }
    top = hidden > 0 ? hidden : inputs
}

FNR == 1 { side++ }
{
    n = total[side]++
    truth[side, n] = number[$2]
    for (i = 0; i < inputs; i++) image[side, n, i] = $(i + 3) - 0.5
}

END {
    for (epoch = 1; epoch <= epochs; epoch++) {
        loss = 0
        # As many images an epoch, drawn with replacement, however many there are.
        draws = total[1] < 400 ? total[1] : 400
        for (s = 0; s < draws; s++) {
            n = int(rand() * total[1])
            loss += forward(1, n)
            backward(1, n)
        }
        loss /= draws
        right = 0
        for (n = 0; n < total[2]; n++) { forward(2, n); right += found == truth[2, n] }
        accuracy = total[2] > 0 ? right / total[2] : 0
        printf "epoch %d loss %.6f val %.4f\n", epoch, loss, accuracy
        fflush()
        save(out "/last.weights")
        if (epoch == 1 || accuracy > best || (accuracy == best && loss < best_loss)) {
            best = accuracy
            best_loss = loss
            save(out "/best.weights")
            printf "new best at epoch %d: val %.4f\n", epoch, accuracy
            fflush()
        }
    }
}

function tanh_of(x,    e) { if (x > 15) return 1; if (x < -15) return -1; e = exp(2 * x); return (e - 1) / (e + 1) }

# Computes the probabilities of one image; leaves the likeliest class in "found" and gives the cross entropy.
function forward(side, n,    i, j, k, z, max, all) {
    for (j = 0; j < hidden; j++) {
        z = first[j, inputs]
        for (i = 0; i < inputs; i++) z += first[j, i] * image[side, n, i]
        unit[j] = tanh_of(z)
    }
    if (hidden == 0) for (i = 0; i < inputs; i++) unit[i] = image[side, n, i]
    for (k = 0; k < labels; k++) {
        z = last[k, top]
        for (j = 0; j < top; j++) z += last[k, j] * unit[j]
        score[k] = z
        if (k == 0 || z > max) { max = z; found = k }
    }
    all = 0
    for (k = 0; k < labels; k++) { score[k] = exp(score[k] - max); all += score[k] }
    for (k = 0; k < labels; k++) score[k] /= all
    z = score[truth[side, n]]
    return -log(z > 1e-12 ? z : 1e-12)
}

function backward(side, n,    i, j, k, d, back) {
    for (j = 0; j < hidden; j++) back[j] = 0
    for (k = 0; k < labels; k++) {
        d = score[k] - (k == truth[side, n])
        for (j = 0; j < top; j++) {
            if (hidden > 0) back[j] += d * last[k, j]
            last[k, j] -= rate * d * unit[j]
        }
        last[k, top] -= rate * d
    }
    for (j = 0; j < hidden; j++) {
        d = rate * back[j] * (1 - unit[j] * unit[j])
        for (i = 0; i < inputs; i++) first[j, i] -= d * image[side, n, i]
        first[j, inputs] -= d
    }
}

# Written beside and renamed, so that nobody reads half a file.
function save(file,    i, j, k, temp) {
    temp = file ".tmp"
    printf "net 1\nclasses" > temp
    for (k = 0; k < labels; k++) printf " %s", names[k] > temp
    printf "\nhidden %d\n", hidden > temp
    for (j = 0; j < hidden; j++) { for (i = 0; i <= inputs; i++) printf "%.6g ", first[j, i] > temp; printf "\n" > temp }
    for (k = 0; k < labels; k++) { for (j = 0; j <= top; j++) printf "%.6g ", last[k, j] > temp; printf "\n" > temp }
    close(temp)
    system("mv -f '" temp "' '" file "'")
}

function load(file,    line, i, j, k, part) {
    getline line < file
    getline line < file
    getline line < file
    for (j = 0; j < hidden; j++) { getline line < file; split(line, part, " "); for (i = 0; i <= inputs; i++) first[j, i] = part[i + 1] }
    for (k = 0; k < labels; k++) { getline line < file; split(line, part, " "); for (j = 0; j <= (hidden > 0 ? hidden : inputs); j++) last[k, j] = part[j + 1] }
    close(file)
}
