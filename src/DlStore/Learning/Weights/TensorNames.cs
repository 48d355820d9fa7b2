using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DlStore.Io;

namespace DlStore.Learning.Weights;

/// <summary>A tensor with its path.</summary>
internal sealed record NamedTensor(string Name, TorchTensor Tensor);

/// <summary>
/// Finds the tensors in what a pickle stands for. Every container is entered once, by the first path that leads to it, so that neither
/// cycles nor the doubling of references (a few lists
/// that hold each other twice stand for billions) cost more than the pickle is long.
/// </summary>
internal sealed class TensorNames
{
    private const int DepthMax = 64;
    private const int NameMax = 1024;
    private const int TensorsMax = 65_536;

    private readonly HashSet<object> _entered = new(ReferenceComparer.Instance);
    private readonly List<NamedTensor> _tensors = [];

    /// <summary>Gets the tensors, in the order of the pickle.</summary>
    public IReadOnlyList<NamedTensor> Tensors => _tensors;

    /// <summary>Gets how many arrays of other libraries there are whose numbers nobody looks at.</summary>
    public int Arrays { get; private set; }

    /// <summary>Finds the tensors.</summary>
    /// <exception cref="InvalidDataException">There are too many, or they lie too deep.</exception>
    public static TensorNames Walk(object? root)
    {
        TensorNames names = new();
        names.Walk(root, "", 0);
        return names;
    }

    private void Walk(object? value, string path, int depth)
    {
        if (value is TorchTensor tensor)
        {
            _tensors.Add(_tensors.Count < TensorsMax
                ? new NamedTensor(path, tensor) : throw new InvalidDataException($"it has more than {TensorsMax} tensors"));
            return;
        }

        if (value is not (PickleDict or PickleList or PickleTuple or PickleObject) || !_entered.Add(value))
        {
            return;
        }

        if (depth == DepthMax)
        {
            throw new InvalidDataException($"its values are nested deeper than {DepthMax}");
        }

        switch (value)
        {
            case PickleDict dict:
                foreach (KeyValuePair<object?, object?> entry in dict.Items)
                {
                    WalkKey(entry.Key, entry.Value, path, depth);
                }

                break;
            case PickleList list:
                WalkItems(list.Items, path, depth);
                break;
            case PickleTuple tuple:
                WalkItems(tuple.Items, path, depth);
                break;
            case PickleObject made:
                WalkObject(made, path, depth + 1);
                break;
        }
    }

    private void WalkObject(PickleObject made, string path, int depth)
    {
        Arrays += IsArray(made) ? 1 : 0;
        // What is made of tensors, such as a sparse one of indices and values, has them among its arguments.
        Walk(made.Arguments, path, depth);
        Walk(made.Entries, path, depth);
        Walk(made.State, path, depth);
    }

    /// <summary>An array of numpy whose numbers may be NaN, or a value that torch keeps as bytes in the pickle.</summary>
    private static bool IsArray(PickleObject made) => made switch
    {
        { Called: { Module: "torch.storage", Name: "_load_from_bytes" } } => true,
        {
            Called: { Module: "numpy.core.multiarray" or "numpy._core.multiarray", Name: "_reconstruct" },
            State: PickleTuple { Items: var state }
        } => !state.OfType<PickleObject>().Any(
            static d => d is { Called.Name: "dtype", Arguments: PickleTuple { Items: [string type, ..] } }
                && type is [('i' or 'u' or 'b' or 'S' or 'U'), ..]),
        _ => false,
    };

    private void WalkItems(IReadOnlyList<object?> items, string path, int depth)
    {
        for (int i = 0; i < items.Count; i++)
        {
            WalkKey((long)i, items[i], path, depth);
        }
    }

    private void WalkKey(object? key, object? value, string path, int depth)
    {
        if (value is not (TorchTensor or PickleDict or PickleList or PickleTuple or PickleObject))
        {
            return;
        }

        string name = key switch
        {
            string { Length: <= NameMax } text => EntryName.Show(Encoding.UTF8.GetBytes(text)),
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => "?",
        };

        // A whole module keeps its tensors in three dictionaries; without their names the path is the one a state dictionary has.
        bool isPlain = name is "_modules" or "_parameters" or "_buffers";
        string below = isPlain ? path : path.Length == 0 ? name : $"{path}.{name}";
        Walk(value, below.Length <= NameMax
            ? below : throw new InvalidDataException($"a path to a tensor is longer than {NameMax} characters"), depth + 1);
    }

    /// <summary>Compares by identity: two equal containers are two.</summary>
    private sealed class ReferenceComparer : IEqualityComparer<object>
    {
        public static ReferenceComparer Instance { get; } = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y);

        public int GetHashCode(object obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
