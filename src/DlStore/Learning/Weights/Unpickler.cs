namespace DlStore.Learning.Weights;

/// <summary>
/// Reads a pickle (protocols 2 to 5, the binary operations) as data. A real unpickler imports names and calls them, which is how a pickle
/// takes over a machine; this one has no way to do
/// either: a name stays a pair of texts, a call stays a record of its arguments. The three calls that make up a state dictionary are known
/// by name and turned into tensors and dictionaries.
/// Limits: operations, memo and stack; nothing recurses. All errors are <see cref="InvalidDataException"/> with the end of a sentence.
/// </summary>
internal sealed class Unpickler(PickleBytes pickle)
{
    private const int OperationsMax = 4_000_000;
    private const int MemoMax = 1_000_000;

    private readonly PickleBytes _bytes = pickle;
    private readonly HashSet<TorchStorage> _storages = [];
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Reads a pickle that stands alone.</summary>
    public Unpickler(byte[] pickle)
        : this(new PickleBytes(pickle))
    {
    }

    /// <summary>Gets the storages that were named, each once.</summary>
    public IReadOnlyCollection<TorchStorage> Storages => _storages;

    /// <summary>Gets how many persistent ids named something else than a whole storage.</summary>
    public int Views { get; private set; }

    /// <summary>Reads the value that the pickle stands for.</summary>
    public object? Read()
    {
        for (int i = 0; i < OperationsMax; i++)
        {
            byte operation = _bytes.Byte();
            if (operation == '.')
            {
                return Pop();
            }

            if (!DoValue(operation) && !DoContainer(operation) && !DoMemo(operation) && !DoCall(operation))
            {
                throw new InvalidDataException($"its pickle holds operation 0x{operation:x2}, which PyTorch does not write");
            }
        }

        throw new InvalidDataException($"its pickle has more than {OperationsMax} operations");
    }

    private bool DoValue(byte operation)
    {
        switch ((char)operation)
        {
            case '\u0080':
                Require(_bytes.Byte() is >= 2 and <= 5, "is of an unknown protocol");
                return true;
            case '\u0095':
                _bytes.Skip(8);
                return true;
            case 'N':
                return Push(null);
            case '\u0088' or '\u0089':
                return Push(operation == 0x88);
            case 'J':
                return Push(_bytes.Int32());
            case 'K' or 'M':
                return Push(_bytes.Unsigned(operation == 'K' ? 1 : 2));
            case '\u008a' or '\u008b':
                return Push(_bytes.Long(_bytes.Unsigned(operation == 0x8A ? 1 : 4)) is { } whole ? whole : PickleOpaque.Instance);
            case 'G':
                return Push(_bytes.Double());
            case 'X' or '\u008c' or '\u008d':
                return Push(_bytes.Text(_bytes.Unsigned(operation == 'X' ? 4 : operation == 0x8C ? 1 : 8)));
            case 'U' or 'T' or 'C' or 'B' or '\u008e' or '\u0096':
                _bytes.Skip(_bytes.Unsigned((char)operation is 'U' or 'C' ? 1 : (char)operation is 'T' or 'B' ? 4 : 8));
                return Push(PickleOpaque.Instance);
            default:
                return false;
        }
    }

    private bool DoContainer(byte operation)
    {
        switch ((char)operation)
        {
            case '(':
                _marks.Add(_stack.Count);
                return true;
            case ')':
                return Push(new PickleTuple([]));
            case '\u0085' or '\u0086' or '\u0087':
                return Push(new PickleTuple(PopMany(operation - 0x84)));
            case 't':
                return Push(new PickleTuple(PopToMark()));
            case ']' or '\u008f':
                return Push(new PickleList());
            case '}':
                return Push(new PickleDict());
            case 'l' or '\u0091':
                return Push(Filled(new PickleList(), PopToMark()));
            case 'd':
                return Push(Filled(new PickleDict(), PopToMark()));
            case 'a':
                object?[] one = [Pop()];
                Filled(Peek(), one);
                return true;
            case 's':
                object?[] pair = PopMany(2);
                Filled(Peek(), pair);
                return true;
            case 'e' or 'u' or '\u0090':
                object?[] more = PopToMark();
                Filled(Peek(), more);
                return true;
            default:
                return false;
        }
    }

    private bool DoMemo(byte operation)
    {
        switch ((char)operation)
        {
            case '0':
                Pop();
                return true;
            case '1':
                PopToMark();
                return true;
            case '2':
                return Push(Peek());
            case 'q' or 'r':
                return Remember(_bytes.Unsigned(operation == 'q' ? 1 : 4));
            case '\u0094':
                return Remember(_memo.Count);
            case 'h' or 'j':
                Require(
                    _memo.TryGetValue(_bytes.Unsigned(operation == 'h' ? 1 : 4), out object? known), "asks for what it did not remember");
                return Push(known);
            default:
                return false;
        }
    }

    private bool DoCall(byte operation)
    {
        switch ((char)operation)
        {
            case 'c':
                string module = _bytes.Line();
                return Push(new PickleGlobal(module, _bytes.Line()));
            case '\u0093':
                object?[] names = PopMany(2);
                return Push(
                    names is [string of, string name] ? new PickleGlobal(of, name) : throw Bad("imports something that has no name"));
            case 'Q':
                return PushStorage(TorchCalls.Storage(Pop()));
            case 'R' or '\u0081':
                object?[] call = PopMany(2);
                return Push(TorchCalls.Result(call[0], call[1]));
            case '\u0092':
                object?[] keyed = PopMany(3);
                return Push(new PickleObject(keyed[0] as PickleGlobal, keyed[1]));
            case 'b':
                object? state = Pop();
                if (Peek() is PickleObject target)
                {
                    target.State = state;
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Adds items to what holds items; anything else takes them in silence, as its class would know what to do with them.
    /// </summary>
    private static object? Filled(object? container, object?[] items)
    {
        if (container is PickleList list)
        {
            list.Items.AddRange(items);
        }
        else if ((container as PickleDict ?? (container as PickleObject)?.Entries) is { } dict)
        {
            for (int i = 0; i + 1 < items.Length; i += 2)
            {
                dict.Items.Add(new(items[i], items[i + 1]));
            }
        }

        return container;
    }

    private bool PushStorage(object named)
    {
        if (named is TorchStorage storage)
        {
            _storages.Add(storage);
        }
        else if (named is PickleOpaque)
        {
            Views++;
        }

        return Push(named);
    }

    private bool Remember(long index)
    {
        _memo[index] = Peek();
        Require(_memo.Count <= MemoMax, $"remembers more than {MemoMax} values");
        return true;
    }

    private bool Push(object? value)
    {
        _stack.Add(value);
        return true;
    }

    private object? Peek()
    {
        Require(_stack.Count > (_marks.Count == 0 ? 0 : _marks[^1]), "takes from an empty stack");
        return _stack[^1];
    }

    private object? Pop()
    {
        object? top = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private object?[] PopToMark()
    {
        Require(_marks.Count > 0, "closes what it did not open");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        object?[] items = [.. _stack[mark..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw Bad(otherwise);
        }
    }

    private static InvalidDataException Bad(string what) => new($"its pickle {what}");
}
