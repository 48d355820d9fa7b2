using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Web.Server;
using DlStore.Web.Writing;

namespace DlStore.Web.Reports;

/// <summary>A page that stands alone in one file: styles, scripts and pictures are in it, and nothing else is there to lead to.</summary>
/// <param name="repo">The repository.</param>
internal sealed class AloneLinks(Repo repo) : ILinks
{
    private const string Here = "#main";

    public bool IsServed => false;

    public bool HasOthers => false;

    public string? LineageSearch => null;

    public string Tasks(string query) => Here;

    public string Task(string task, long? n = null) => Here;

    public string Datasets() => Here;

    public string? Dataset(string version, string? canvas = null) => null;

    public string DatasetQuery(string version, string query) => Here;

    public string Projects() => Here;

    public string? Project(string name) => null;

    public string? Lineage(string word, bool isDown) => null;

    public string Targets() => Here;

    public string Store() => Here;

    public string Asset(string name) => Embed(Server.Asset.TypeOf(name).Split(';')[0], Server.Asset.Find(name)!);

    public string? Object(Oid oid)
    {
        using MemoryStream bytes = new();
        try
        {
            Cat.Run(repo, oid.ToString(), null, bytes, CancellationToken.None);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Erased)
        {
            return null;
        }

        return Picture(bytes);
    }

    public string? Master(string path)
    {
        using MemoryStream bytes = new();
        DataFile.CopyMaster(repo, path, bytes);
        return Picture(bytes);
    }

    public string? File(string dataset, string canvas, string path)
    {
        using MemoryStream bytes = new();
        DataFile.Copy(repo, dataset, canvas, path, bytes);
        return Picture(bytes);
    }

    private static string? Picture(MemoryStream bytes) =>
        Server.Picture.TypeOf(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is { } type ? Embed(type, bytes.ToArray()) : null;

    private static string Embed(string type, byte[] bytes) => $"data:{type};base64,{Convert.ToBase64String(bytes)}";
}
