using System.Text;
using DlStore.Io;
using DlStore.Operations.Tables;
using DlStore.Web.Pages;
using DlStore.Web.Server;
using DlStore.Web.Writing;

namespace DlStore.Web.Reports;

/// <summary>Writes one page as one file: <c>dls task diff --html</c> and <c>dls dataset preview --html</c>.</summary>
internal static class AlonePage
{
    /// <summary>Writes it.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">The file to write or replace, absolute.</param>
    /// <param name="parts">The page's path, as in addresses of the server.</param>
    /// <param name="query">Words <c>NAME=VALUE</c>, as behind the <c>?</c>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="DlsException">Of what the page shows.</exception>
    public static async Task<long> WriteAsync(
        Repo repo, string file, string[] parts, IReadOnlyList<string> query, CancellationToken cancel)
    {
        RunTable? runs = null;
        Site site = new(new Visit(repo, () => runs ??= RunTable.Load(repo, cancel), new SetCache()), new AloneLinks(repo), false);
        Query words = new(query.Select(static q => q.Split('=', 2)).Select(static q => KeyValuePair.Create(q[0], q[1])));
        Page page = await site.MakeAsync(parts, words, cancel)
            ?? throw new DlsException(ErrorKind.Usage, $"write a page to '{file}': there is no such page");
        byte[] bytes = Encoding.UTF8.GetBytes(site.Frame(page));
        AtomicFile.Write(file, bytes);
        return bytes.Length;
    }
}
