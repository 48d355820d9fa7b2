namespace DlStore.Learning.Weights;

/// <summary>
/// The few calls in a pickle of PyTorch that make tensors and ordered dictionaries, turned into data. Everything else stays a
/// <see cref="PickleObject"/>.
/// </summary>
internal static class TorchCalls
{
    private const int DimensionsMax = 64;

    /// <summary>
    /// Gives what a persistent id names: the tuple <c>('storage', class, key, place, count)</c>, before PyTorch 1.6 with a sixth item that
    /// is None unless the storage is a piece of another one.
    /// </summary>
    public static object Storage(object? id) =>
        // A class, with its source text behind it.
        id is PickleTuple { Items: ["module", PickleGlobal named, ..] } ? named
        : id is PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long count, .. { Length: 0 } or [null]] } && count >= 0
            ? new TorchStorage(type.Name, key, count) : PickleOpaque.Instance;

    /// <summary>Gives what a call would return.</summary>
    public static object? Result(object? callable, object? arguments)
    {
        if (callable is not PickleGlobal called || arguments is not PickleTuple { Items: var items })
        {
            return new PickleObject(null, arguments);
        }

        return called switch
        {
            { Module: "collections", Name: "OrderedDict" } => Ordered(items),
            // A tensor (with its gradient flag and hooks), and a parameter, which is a tensor with a flag.
            { Module: "torch._utils", Name: "_rebuild_tensor_v2" or "_rebuild_tensor" } => Tensor(items)
                ?? (object)new PickleObject(called, arguments),
            { Module: "torch._utils", Name: "_rebuild_tensor_v3" } when items is [TorchStorage bytes, _, _, _, _, _, PickleGlobal type, ..]
                && Typed(bytes, type) is { } typed => Tensor([typed, .. items[1..]]) ?? (object)new PickleObject(called, arguments),
            // Whole numbers, with the scale they are steps of behind them.
            { Module: "torch._utils", Name: "_rebuild_qtensor" } => Tensor(items) ?? (object)new PickleObject(called, arguments),
            { Module: "torch._utils", Name: "_rebuild_parameter" or "_rebuild_parameter_with_state" }
                when items is [TorchTensor data, ..] => data,
            _ => new PickleObject(called, arguments),
        };
    }

    /// <summary>Gives a storage of bytes the type that stands beside it.</summary>
    private static TorchStorage? Typed(TorchStorage bytes, PickleGlobal dtype) =>
        NumberType.StorageOf(dtype.Name) is { } storage && NumberType.OfStorage(storage) is { } type
            ? bytes with { Type = storage, Count = bytes.Count / type.Size } : null;

    private static PickleDict Ordered(object?[] arguments)
    {
        PickleDict dict = new();
        if (arguments is [PickleList pairs])
        {
            foreach (object? pair in pairs.Items)
            {
                object?[]? two = (pair as PickleTuple)?.Items ?? (pair as PickleList)?.Items.ToArray();
                if (two is [var key, var value])
                {
                    dict.Items.Add(new(key, value));
                }
            }
        }

        return dict;
    }

    private static TorchTensor? Tensor(object?[] arguments) =>
        arguments is [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, ..]
            && offset >= 0 && Sizes(size) is { } shape && Sizes(stride) is { } steps && shape.Length == steps.Length
            ? new TorchTensor(storage, offset, shape, steps)
            : null;

    private static long[]? Sizes(PickleTuple tuple)
    {
        if (tuple.Items.Length > DimensionsMax)
        {
            return null;
        }

        long[] sizes = new long[tuple.Items.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (tuple.Items[i] is not long size || size < 0)
            {
                return null;
            }

            sizes[i] = size;
        }

        return sizes;
    }
}
