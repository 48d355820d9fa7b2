namespace DlStore.Learning.Weights;

/// <summary>Reads parts of a file whose own words are not to be trusted.</summary>
internal static class ByteRange
{
    /// <summary>Fills a buffer.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public static void Read(Stream source, long offset, Span<byte> buffer)
    {
        Require(source, offset, buffer.Length);
        source.Position = offset;
        source.ReadExactly(buffer);
    }

    /// <summary>Refuses a part that does not lie in the file.</summary>
    public static void Require(Stream source, long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > source.Length || length > source.Length - offset)
        {
            throw new InvalidDataException("it names bytes behind its own end; it was cut off or damaged");
        }
    }
}
