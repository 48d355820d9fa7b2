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

    /// <summary>Gets how many pictures were copied.</summary>
    public int Pictures => _pictures.Count(static p => p.Value is not null);

    public bool IsServed => false;

    public string? LineageSearch => null;

    public string Tasks(string query) => "index.html";

    public string Task(string task) => $"task-{task}.html";

    public string? Compare(IEnumerable<string> runs) => null;

    public string Datasets() => "datasets.html";

    public string? Dataset(string name, string query) => $"dataset-{name}.html";

    public string Projects() => "projects.html";

    public string? Project(string name) => $"project-{name}.html";

    public string? Lineage(string word, bool isDown) => null;

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
