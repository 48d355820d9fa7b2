using System.Text.Json;
using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>The listing of a directory in a DVC cache: JSON, one object a file.</summary>
internal static class DvcListing
{
    /// <summary>What ends the names of listings.</summary>
    public const string Suffix = ".dir";

    /// <summary>The largest one in bytes.</summary>
    public const int LengthMax = 256 << 20;

    /// <summary>Reads a listing whose MD5 is right.</summary>
    /// <returns>The files, sorted by path.</returns>
    /// <exception cref="BadValueException">It is no listing, or a path in it leads out, stands there twice or cannot be.</exception>
    public static IReadOnlyList<DvcEntry> Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Require(ReadAll(bytes));
        }
        catch (JsonException e) when (e is not BadValueException)
        {
            throw new BadValueException($"its listing is no JSON: {LibraryWords.Of(e)}");
        }
        catch (InvalidOperationException)
        {
            throw new BadValueException("its listing holds text that is not valid Unicode");
        }
    }

    /// <summary>Requires that files can lie in one directory.</summary>
    /// <returns>The files, sorted by path.</returns>
    /// <exception cref="BadValueException">They cannot.</exception>
    public static IReadOnlyList<DvcEntry> Require(List<DvcEntry> entries)
    {
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        HashSet<string> files = new(entries.Count, StringComparer.Ordinal);
        foreach (DvcEntry entry in entries)
        {
            string shown = EntryName.Show(entry.Path);
            if (!RelPath.TryParseInside(entry.Path, out _, out string? reason))
            {
                throw new BadValueException($"its listing names '{shown}': {reason}");
            }

            if (!DvcRecordReader.IsMd5(entry.Md5))
            {
                throw new BadValueException($"its listing has no MD5 of '{shown}'");
            }

            if (!files.Add(entry.Path))
            {
                throw new BadValueException($"its listing names '{shown}' twice");
            }
        }

        foreach (DvcEntry entry in entries)
        {
            for (int slash = entry.Path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = entry.Path.IndexOf('/', slash + 1))
            {
                if (files.Contains(entry.Path[..slash]))
                {
                    throw new BadValueException($"its listing names '{EntryName.Show(entry.Path[..slash])}' as a file and as a directory");
                }
            }
        }

        return entries;
    }

    private static List<DvcEntry> ReadAll(ReadOnlySpan<byte> bytes)
    {
        List<DvcEntry> entries = [];
        Utf8JsonReader reader = new(bytes);
        RequireToken(reader.Read() && reader.TokenType == JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            (string path, string md5, bool isExecutable) = ("", "", false);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                _ = reader.Read();
                switch (key)
                {
                    case "relpath" when reader.TokenType == JsonTokenType.String:
                        path = reader.GetString()!;
                        break;
                    case "md5" when reader.TokenType == JsonTokenType.String:
                        md5 = reader.GetString()!.ToLowerInvariant();
                        break;
                    case "isexec":
                        isExecutable = reader.TokenType == JsonTokenType.True;
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            RequireToken(reader.TokenType == JsonTokenType.EndObject);
            entries.Add(new DvcEntry(path, md5, isExecutable));
        }

        RequireToken(reader.TokenType == JsonTokenType.EndArray);
        return entries;
    }

    private static void RequireToken(bool isRight)
    {
        if (!isRight)
        {
            throw new BadValueException("its listing is no list of files");
        }
    }
}
