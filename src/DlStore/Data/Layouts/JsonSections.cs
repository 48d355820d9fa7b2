using System.Text;
using System.Text.Json;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>
/// Reads the arrays of one large JSON object item by item: in memory are a piece of the file and one item, however large the file is. Each
/// call reads the file once.
/// </summary>
/// <param name="path">Absolute path; its last name is not followed if it is a symlink.</param>
/// <param name="name">The file as messages name it.</param>
internal sealed class JsonSections(string path, string name)
{
    private const int DepthMax = 32;
    private const int PieceLength = 1 << 18;
    private const int ItemMax = 64 << 20;
    private const int MarkedMax = 256 << 20;
    private string _key = "";
    private Action<JsonElement>? _item;
    private HashSet<string>? _keys;
    private Place _place;
    private bool _wasSeen;

    private enum Place
    {
        BeforeRoot,
        AtTop,
        AtKey,
        Inside,
    }

    /// <summary>Reads the items of one array.</summary>
    /// <param name="key">The key of the outermost object.</param>
    /// <param name="item">Called for each item in the order of the file; the element is gone when it returns.</param>
    /// <exception cref="JsonException">The file is not JSON.</exception>
    /// <exception cref="DlsException">Kind Failed: there is no such array, or two of them, or an item is larger than 64 MiB.</exception>
    public void Each(string key, Action<JsonElement> item)
    {
        (_key, _item, _keys, _place, _wasSeen) = (key, item, null, Place.BeforeRoot, false);
        ReadAll();
        if (!_wasSeen)
        {
            throw Bad($"key '{key}' is missing or of another type");
        }
    }

    /// <summary>Reads the keys of the outermost object.</summary>
    /// <exception cref="JsonException">The file is not JSON.</exception>
    /// <exception cref="DlsException">Kind Failed: it is no object.</exception>
    public HashSet<string> Keys()
    {
        (_key, _item, _keys, _place, _wasSeen) = ("", null, new HashSet<string>(StringComparer.Ordinal), Place.BeforeRoot, false);
        ReadAll();
        return _keys;
    }

    private void ReadAll()
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock);
        if (fd < 0)
        {
            throw Sys.Error("read", name);
        }

        try
        {
            ReadPieces(fd);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private void ReadPieces(int fd)
    {
        byte[] buffer = new byte[PieceLength];
        JsonReaderState state = new(new JsonReaderOptions { MaxDepth = DepthMax });
        int length = Sys.ReadFully(fd, buffer, name);
        if (PlainText.MarkOf(buffer.AsSpan(0, length)) is not null)
        {
            // JSON has no byte-order mark, but programs write one. The little that is UTF-16 is read as a whole.
            byte[] text = Encoding.UTF8.GetBytes(PlainText.Read(ReadRest(fd, buffer, length), name));
            Take(text, true, ref state);
            return;
        }

        while (true)
        {
            length += length < buffer.Length ? Sys.ReadFully(fd, buffer.AsSpan(length), name) : 0;
            bool isLast = length < buffer.Length;
            int used = Take(buffer.AsSpan(0, length), isLast, ref state);
            if (isLast)
            {
                return;
            }

            buffer.AsSpan(used, length - used).CopyTo(buffer);
            length -= used;
            if (used == 0)
            {
                Array.Resize(
                    ref buffer, buffer.Length < ItemMax ? buffer.Length * 2 : throw Bad($"something in it is longer than {ItemMax} bytes"));
            }
        }
    }

    private byte[] ReadRest(int fd, byte[] head, int length)
    {
        using MemoryStream all = new();
        all.Write(head, 0, length);
        while (length > 0 && (length = Sys.ReadFully(fd, head, name)) > 0)
        {
            all.Write(head, 0, length);
            if (all.Length > MarkedMax)
            {
                throw Bad($"it begins with a byte-order mark and is larger than {MarkedMax} bytes: write it again as UTF-8 without one");
            }
        }

        return all.ToArray();
    }

    /// <summary>Works through a piece; what of it is left begins the next one.</summary>
    private int Take(ReadOnlySpan<byte> bytes, bool isLast, ref JsonReaderState state)
    {
        Utf8JsonReader reader = new(bytes, isLast, state);
        while (true)
        {
            Utf8JsonReader before = reader;
            if (!reader.Read())
            {
                break;
            }

            if (_place == Place.Inside && reader.CurrentDepth == 2)
            {
                if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? item))
                {
                    reader = before;
                    break;
                }

                using (item)
                {
                    _item!(item.RootElement);
                }
            }
            else
            {
                Move(ref reader);
            }
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private void Move(ref Utf8JsonReader reader)
    {
        if (_place == Place.BeforeRoot)
        {
            _place = reader.TokenType == JsonTokenType.StartObject
                ? Place.AtTop : throw Bad($"key '{_key}' is missing: it is no JSON object");
        }
        else if (_place == Place.Inside)
        {
            _place = Place.AtTop;
        }
        else if (_place == Place.AtKey)
        {
            _place = reader.TokenType == JsonTokenType.StartArray && !_wasSeen
                ? Place.Inside : throw Bad($"key '{_key}' is {(_wasSeen ? "there twice" : "of another type")}");
            _wasSeen = true;
        }
        else if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName })
        {
            _keys?.Add(reader.GetString()!);
            _place = _keys is null && reader.ValueTextEquals(_key) ? Place.AtKey : _place;
        }
    }

    private DlsException Bad(string why) => new(ErrorKind.Failed, $"read '{name}': {why}", "correct the file");
}
