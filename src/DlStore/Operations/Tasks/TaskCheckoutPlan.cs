using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>
/// What of a task goes where. Sources of this repository lie where they lay; others in <c>sources/N</c>; the data where the kind puts it in
/// the first source.
/// </summary>
/// <param name="Parts">Sources first, in the order of the record.</param>
/// <param name="Sources">How many of the parts are sources.</param>
internal sealed record TaskCheckoutPlan(IReadOnlyList<TaskCheckoutPart> Parts, int Sources)
{
    public static TaskCheckoutPlan Make(AttemptStart start, AttemptRecord? record, string dataPlace, PortableName task)
    {
        List<TaskCheckoutPart> parts = [];
        for (int i = 0; i < start.Sources.Count; i++)
        {
            AttemptSource source = start.Sources[i];
            parts.Add(new TaskCheckoutPart($"source {EntryName.Show(source.Path)}", PlaceOf(source, i), source.Tree, source.Files));
        }

        int sources = parts.Count;
        string run = sources == 0 ? "" : parts[0].Path;
        if (start.Data is { } data)
        {
            parts.Add(new TaskCheckoutPart($"data {data.Name} {data.Canvas}", Join(run, dataPlace), data.View, 0));
        }

        if (start.Initial is { } initial && IsInside(initial.Path))
        {
            parts.Add(new TaskCheckoutPart("initial weights", Join(run, initial.Path), initial.Oid, 1));
        }

        if (record?.Outputs is { } outputs)
        {
            parts.Add(new TaskCheckoutPart("outputs", $"{AttemptRecord.DirectoryOf(task, start.N)}/outputs", outputs, 0));
        }

        return new TaskCheckoutPlan(parts, sources);
    }

    /// <summary>Refuses a record whose parts would be written over each other.</summary>
    public void RequireNoClash(ObjectStore store)
    {
        foreach (TaskCheckoutPart part in Parts.Skip(Sources))
        {
            TaskCheckoutPart? over = Sources == 0 || part.What == "outputs" ? null : Parts[0];
            string inside = over is null ? "" : over.Path.Length == 0 ? part.Path : part.Path[(over.Path.Length + 1)..];
            if (over is not null && Has(store, over.Oid, inside))
            {
                throw new DlsException(ErrorKind.Failed,
                    $"check out: {part.What} belongs at '{EntryName.Show(part.Path)}', where the recorded source has something else");
            }
        }
    }

    private static bool Has(ObjectStore store, Oid tree, string path)
    {
        PathEntry at = new(TreeMode.Directory, tree, 0, 0);
        foreach (string name in path.Split('/'))
        {
            at = at.IsDirectory ? TreeLookup.Find(store.Read, at.Oid, Encoding.UTF8.GetBytes(name)) : default;
        }

        return at.IsPresent;
    }

    /// <summary>A path of a record may be anything: only one that is plainly inside the work tree is used as it is.</summary>
    private static string PlaceOf(AttemptSource source, int i)
    {
        string path = source.Path.TrimEnd('/');
        return path is "" or "." ? "" : IsInside(path) ? path : $"sources/{i + 1}";
    }

    private static bool IsInside(string path) => !path.Contains(':', StringComparison.Ordinal) && Io.RelPath.TryParse(path, out _, out _);

    private static string Join(string directory, string path) => directory.Length == 0 ? path : $"{directory}/{path}";
}
