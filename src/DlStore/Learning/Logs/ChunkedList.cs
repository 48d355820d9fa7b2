namespace DlStore.Learning.Logs;

/// <summary>A list that grows by chunks: nothing is copied, and at most one chunk is unused.</summary>
internal sealed class ChunkedList<T>
    where T : struct
{
    private const int ChunkLength = 4096;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public T this[int index] => _chunks[index / ChunkLength][index % ChunkLength];

    public void Add(T item)
    {
        if (Count == _chunks.Count * ChunkLength)
        {
            _chunks.Add(new T[ChunkLength]);
        }

        _chunks[Count / ChunkLength][Count % ChunkLength] = item;
        Count++;
    }
}
