namespace DlStore.Learning.Weights;

/// <summary>
/// Guesses the number of classes from the names and shapes of layers. docs/formats/weights-facts.md lists what is derived: a last linear
/// layer, pairs of detection heads (scores
/// beside boxes), heads with one output a class. Names decide, so a network with names of its own gives no answer rather than a wrong one.
/// </summary>
public static class ClassCount
{
    private const int CountMax = 1_000_000;

    /// <summary>Names of the layers that score boxes, each with the name of the layer beside it that moves them.</summary>
    private static readonly (string Scores, string Boxes)[] Heads =
    [
        ("conf.", "loc."), ("classification_headers.", "regression_headers."), ("classification_head.", "regression_head."),
    ];

    /// <summary>Names of a last linear layer.</summary>
    private static readonly string[] LinearNames = ["fc", "classifier", "head", "heads.head", "linear", "last_linear"];

    /// <summary>Guesses from the tensors of a file.</summary>
    /// <param name="facts">What <see cref="WeightFile"/> found.</param>
    /// <returns>A number with its basis, or no number with the reason.</returns>
    public static ClassGuess Guess(WeightFacts facts)
    {
        if (facts.Format is not (WeightFacts.TorchZip or WeightFacts.TorchLegacy or WeightFacts.SafeTensors or WeightFacts.Onnx))
        {
            return new ClassGuess(
                null, facts.Format == WeightFacts.DarknetFloats ? "a darknet file has no shapes; its cfg tells"
                    : facts.Format == WeightFacts.Unknown ? "the format is unknown" : $"a file of {facts.Format} is not looked into");
        }

        Dictionary<string, WeightTensor> tensors = new(StringComparer.Ordinal);
        foreach (WeightTensor tensor in facts.Tensors)
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return FromHeads(tensors)
            ?? FromOutputs(tensors) ?? FromLinear(facts, tensors) ?? new ClassGuess(null, "no layer has a name that tells");
    }

    /// <summary>Pairs of heads: boxes*4 rows beside boxes*(classes+1) rows, with the same quotient in each pair.</summary>
    private static ClassGuess? FromHeads(Dictionary<string, WeightTensor> tensors)
    {
        foreach ((string scores, string boxes) in Heads)
        {
            HashSet<long> counts = [];
            int pairs = 0;
            foreach ((string name, WeightTensor score) in tensors)
            {
                int at = IndexOfPart(name, scores);
                if (at < 0 || score.Shape.Count != 4 || !name.EndsWith(".weight", StringComparison.Ordinal)
                    || !tensors.TryGetValue(string.Concat(name.AsSpan(0, at), boxes, name.AsSpan(at + scores.Length)),
                        out WeightTensor? box) || box.Shape.Count != 4)
                {
                    continue;
                }

                pairs++;
                long count = box.Shape[0] / 4;
                counts.Add(count > 0 && box.Shape[0] % 4 == 0 && score.Shape[0] % count == 0 ? score.Shape[0] / count : -1);
            }

            if (pairs > 0)
            {
                return counts is { Count: 1 } && counts.Single() is > 1 and <= CountMax and var n
                    ? new ClassGuess(
                        (int)n - 1, $"{pairs} heads '{scores}' beside '{boxes}' have {n} scores a box, one of them for the background")
                    : new ClassGuess(null, $"the heads '{scores}' beside '{boxes}' do not agree on a number of scores a box");
            }
        }

        return null;
    }

    /// <summary>
    /// Heads that score each place once a class (no background), beside heads for the distribution of box edges: <c>cv3.i.2</c> beside
    /// <c>cv2.i.2</c>.
    /// </summary>
    private static ClassGuess? FromOutputs(Dictionary<string, WeightTensor> tensors)
    {
        HashSet<long> counts = [];
        foreach ((string name, WeightTensor score) in tensors)
        {
            int at = IndexOfPart(name, "cv3.");
            if (at >= 0 && score.Shape.Count == 4 && name.EndsWith(".2.weight", StringComparison.Ordinal)
                && tensors.ContainsKey(string.Concat(name.AsSpan(0, at), "cv2.", name.AsSpan(at + 4)))
                && tensors.TryGetValue(string.Concat(name.AsSpan(0, name.Length - "weight".Length), "bias"), out WeightTensor? bias)
                    && bias.Shape is [var n] && n == score.Shape[0])
            {
                counts.Add(n);
            }
        }

        return counts.Count == 0 ? null
            : counts is { Count: 1 } && counts.Single() is >= 1 and <= CountMax and var found ? new ClassGuess(
                (int)found, "the heads 'cv3' have one output a class")
            : new ClassGuess(null, "the heads 'cv3' do not agree on a number of outputs");
    }

    /// <summary>The last matrix of a name that last layers have, with a bias of as many numbers as it has rows.</summary>
    private static ClassGuess? FromLinear(WeightFacts facts, Dictionary<string, WeightTensor> tensors)
    {
        foreach (WeightTensor weight in facts.Tensors.Reverse())
        {
            if (weight.Shape is not [var rows, _]
                || rows is < 1 or > CountMax || !weight.Name.EndsWith(".weight", StringComparison.Ordinal))
            {
                continue;
            }

            string layer = weight.Name[..^".weight".Length];
            bool hasBias = tensors.TryGetValue(layer + ".bias", out WeightTensor? bias) && bias.Shape is [var n] && n == rows;
            if (hasBias && LinearNames.Any(name => IsNamed(layer, name)))
            {
                return new ClassGuess((int)rows, $"the last linear layer '{layer}' has {rows} outputs");
            }
        }

        return null;
    }

    /// <summary>Tells whether a layer is called so, alone or behind a dot, with or without a number (<c>classifier.6</c>).</summary>
    private static bool IsNamed(string layer, string name)
    {
        ReadOnlySpan<char> rest = layer;
        int dot = rest.LastIndexOf('.');
        rest = dot > 0 && rest[(dot + 1)..].IndexOfAnyExceptInRange('0', '9') < 0 ? rest[..dot] : rest;
        return rest.SequenceEqual(name) || (rest.EndsWith(name, StringComparison.Ordinal) && rest[^(name.Length + 1)] == '.');
    }

    /// <summary>Finds a part of a path that begins the path or stands behind a dot.</summary>
    private static int IndexOfPart(string path, string part)
    {
        int at = path.IndexOf(part, StringComparison.Ordinal);
        return at <= 0 || path[at - 1] == '.'
            ? at : path.IndexOf("." + part, StringComparison.Ordinal) is var later and >= 0 ? later + 1 : -1;
    }
}
