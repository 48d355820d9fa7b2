using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;

namespace DlStore.Operations.Tasks;

/// <summary>
/// The kind file of an attempt, kept whole beside its record: it may not have been committed when the task was created, and it changes.
/// </summary>
internal static class RecordedKind
{
    /// <summary>The file beside <c>source.dls</c>.</summary>
    public const string FileName = "kind.yaml";

    /// <summary>Reads the file of a kind that is about to be used.</summary>
    /// <returns>Its bytes, or null if they are another kind's by now.</returns>
    public static byte[]? Capture(Repo repo, Kind kind)
    {
        string file = Kind.FileOf(kind.Name);
        byte[]? bytes = SmallFile.Find($"{repo.WorkTree}/{file}", file, SafeYaml.LengthMax);
        return bytes is not null && Parse(kind.Name, bytes)?.Digest == kind.Digest ? bytes : null;
    }

    /// <summary>Reads the kind that was kept with an attempt.</summary>
    /// <returns>The kind, or null: none was kept, or what is there is not what ran.</returns>
    public static Kind? Find(Repo repo, PortableName task, AttemptStart start)
    {
        string file = $"{AttemptRecord.DirectoryOf(task, start.N)}/{FileName}";
        byte[]? bytes = SmallFile.Find($"{repo.WorkTree}/{file}", file, SafeYaml.LengthMax);
        return bytes is not null && Parse(PortableName.Parse(start.Kind, "kind"), bytes) is { } kind && kind.Digest == start.KindDigest
            ? kind : null;
    }

    private static Kind? Parse(PortableName name, byte[] bytes)
    {
        try
        {
            return KindReader.Parse(name, bytes);
        }
        catch (DlsException)
        {
            return null;
        }
    }
}
