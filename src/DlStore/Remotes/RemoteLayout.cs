using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>The names of files on a remote; docs/formats/remote-layout.md.</summary>
public static class RemoteLayout
{
    /// <summary>The file that names the format.</summary>
    public const string Format = "format.json";

    /// <summary>The directory of index files.</summary>
    public const string IndexDirectory = "index";

    /// <summary>Names a pack.</summary>
    /// <param name="id">The pack's id.</param>
    /// <returns>Its name there.</returns>
    public static string Pack(Oid id) => id.ToHex() is var hex ? $"packs/{hex[..2]}/{hex}.pack" : "";

    /// <summary>Names a large blob.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>Its name there.</returns>
    public static string Blob(Oid oid) => oid.ToHex() is var hex ? $"blobs/{hex[..2]}/{hex[2..4]}/{hex}" : "";

    /// <summary>Names an index file.</summary>
    /// <param name="id">The index file's id.</param>
    /// <returns>Its name there.</returns>
    public static string Index(Oid id) => $"{IndexDirectory}/{id.ToHex()}.idx";

    /// <summary>Names the directory of a repository's pins.</summary>
    /// <param name="repoId">32 hex digits.</param>
    /// <returns>Its name there.</returns>
    public static string Pins(string repoId) => $"pins/{repoId}";

    /// <summary>Names a pin.</summary>
    /// <param name="repoId">32 hex digits.</param>
    /// <param name="commit">The commit id.</param>
    /// <returns>Its name there.</returns>
    public static string Pin(string repoId, string commit) => $"pins/{repoId}/{commit}";
}
