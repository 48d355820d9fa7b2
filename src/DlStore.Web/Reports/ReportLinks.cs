using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Web.Server;
using DlStore.Web.Writing;

namespace DlStore.Web.Reports;

/// <summary>
/// Addresses of pages that lie beside each other in a directory. Pictures that a page names are copied when it names them.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="directory">Where the pages are written, absolute.</param>
internal sealed class ReportLinks(Repo repo, string directory) : ILinks
{
    private readonly Dictionary<Oid, string?> _pictures = [];
    private readonly Dictionary<(string, bool), string> _graphs = [];

    /// <summary>Gets the canvases of the data sets that have pages, by name.</summary>
    public Dictionary<string, string[]> Canvases { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the graphs that pages lead to and that are not made yet: what was asked for, which way, and the file.</summary>
    public Queue<(string Word, bool IsDown, string File)> Graphs { get; } = new();

    /// <summary>Gets or sets a value indicating whether graphs are made.</summary>
    public bool HasGraphs { get; set; }

    /// <summary>Gets how many pictures were copied.</summary>
    public int Pictures => _pictures.Count(static p => p.Value is not null);

    public bool IsServed => false;

    public bool HasOthers => true;

    public string? LineageSearch => null;

    public string Tasks(string query) => "index.html";

    public string Task(string task, long? n = null) => $"task-{task}.html{(n is null ? "" : $"#attempt-{n}")}";

    public string Datasets() => "datasets.html";

    public string? Dataset(string version, string? canvas = null) =>
        !Canvases.TryGetValue(version, out string[]? known) || known.Length == 0 ? null
        : $"dataset-{version}-{(canvas is not null && known.Contains(canvas) ? canvas : known[0])}.html";

    public string DatasetQuery(string version, string query) => Dataset(version) ?? Datasets();

    public string Projects() => "projects.html";

    public string? Project(string name) => $"project-{name}.html";

    public string? Lineage(string word, bool isDown)
    {
        if (!HasGraphs || !word.StartsWith("task:", StringComparison.Ordinal))
        {
            return null;
        }

        if (!_graphs.TryGetValue((word, isDown), out string? file))
        {
            _graphs[(word, isDown)] = file = $"lineage-{_graphs.Count + 1}.html";
            Graphs.Enqueue((word, isDown, file));
        }

        return file;
    }

    public string Targets() => "targets.html";

    public string Store() => "store.html";

    public string Asset(string name) => "assets/" + name;

    public string? Object(Oid oid)
    {
        if (!_pictures.TryGetValue(oid, out string? address))
        {
            using MemoryStream bytes = new();
            _pictures[oid] = address = TryRead(oid, bytes) ? Keep(bytes, oid) : null;
        }

        return address;
    }

    public string? Master(string path)
    {
        using MemoryStream bytes = new();
        DataFile.CopyMaster(repo, path, bytes);
        return Keep(bytes);
    }

    public string? File(string dataset, string canvas, string path)
    {
        using MemoryStream bytes = new();
        DataFile.Copy(repo, dataset, canvas, path, bytes);
        return Keep(bytes);
    }

    private string? Keep(MemoryStream bytes)
    {
        Oid oid = Oid.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        return _pictures.TryGetValue(oid, out string? known) ? known : _pictures[oid] = Keep(bytes, oid);
    }

    private bool TryRead(Oid oid, MemoryStream bytes)
    {
        try
        {
            Cat.Run(repo, oid.ToString(), null, bytes, CancellationToken.None);
            return true;
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Erased)
        {
            return false;
        }
    }

    private string? Keep(MemoryStream bytes, Oid oid)
    {
        ReadOnlySpan<byte> picture = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        if (Picture.TypeOf(picture) is not { } type)
        {
            return null;
        }

        string name = $"pictures/{oid.ToHex()[..32]}.{type["image/".Length..]}";
        Directory.CreateDirectory($"{directory}/pictures");
        AtomicFile.Write($"{directory}/{name}", bytes.ToArray());
        return name;
    }
}
