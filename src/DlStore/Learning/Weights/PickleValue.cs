namespace DlStore.Learning.Weights;

/// <summary>A name that a pickle asks Python to import. Here it is two texts: nothing is looked up, nothing is called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public bool Is(string module, string name) => Module == module && Name == name;
}

/// <summary>A tuple; immutable, but not sealed off from cycles through lists in it.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public object?[] Items { get; } = items;
}

/// <summary>A list or a set.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary, plain or ordered, in the order it was filled.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>
/// What would be an object of a class that dls does not know: what its class would be called with and what it would be filled with, as
/// data.
/// </summary>
internal sealed class PickleObject(PickleGlobal? called, object? arguments)
{
    /// <summary>Gets what would be called, or null if that is no name.</summary>
    public PickleGlobal? Called { get; } = called;

    public object? Arguments { get; } = arguments;

    /// <summary>Gets or sets what BUILD would give it: for most classes the dictionary of its fields.</summary>
    public object? State { get; set; }

    public PickleDict Entries { get; } = new();
}

/// <summary>Bytes, or a whole number too long for 64 bits: of no interest.</summary>
internal sealed class PickleOpaque
{
    public static PickleOpaque Instance { get; } = new();
}

/// <summary>A storage that a persistent id names: its numbers lie in an entry of their own.</summary>
internal sealed record TorchStorage(string Type, string Key, long Count);

/// <summary>A view of a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Stride);
