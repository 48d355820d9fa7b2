using System.Text.RegularExpressions;
using DlStore.Operations.Store;
using DlStore.Remotes;
using DlStore.Operations.Views;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>What needs the space of the local store, and what is known of remotes.</summary>
/// <param name="repo">The repository.</param>
/// <param name="use">Who needs what.</param>
/// <param name="status">What is known of each pointer.</param>
internal sealed class StorePage(Repo repo, DiskUseResult use, StatusResult status)
{
    private readonly HtmlText _html = new();

    public Page Make()
    {
        _html.Add($"""<div class="cards"><div class="card"><b>{Shown.Bytes(use.StoreBytes)}</b><span>store on this disk</span></div>""");
        _html.Add($"""<div class="card"><b>{Shown.Bytes(use.TrashBytes)}</b><span>trash</span></div>""");
        _html.Add($"""<div class="card"><b>{Shown.Count(use.Paths.Count)}</b><span>managed paths of any version</span></div>""");
        _html.Add($"""<div class="card"><b>{Shown.Count(use.Absent)}</b><span>objects that are named and not here</span></div></div>""");
        Paths();
        Remotes();
        return new Page("Store", Place.Store, _html.ToMarkup(), ["dls du", "dls status", "dls remote list"]);
    }

    private void Paths()
    {
        _html.Add($"<h2>What needs the space</h2>");
        Parts.Head(_html, "paths", ["path", "", ">now", ">older versions", ">files", "on the remote"]);
        long most = Math.Max(1, use.Paths.Select(static p => p.Now.Bytes + p.Older.Bytes).DefaultIfEmpty().Max());
        Dictionary<string, PointerStatus> known = status.Pointers.ToDictionary(static p => p.Path.Value, StringComparer.Ordinal);
        foreach (PathSpace path in use.Paths)
        {
            long width = Math.Max(1, 120 * (path.Now.Bytes + path.Older.Bytes) / most);
            _html.Add($"""<tr><td class="name">{path.Path.Value}</td><td><svg width="120" height="10" aria-hidden="true">""");
            _html.Add($"""<rect class="r0" width="{width}" height="10" rx="3" fill="currentColor"/></svg></td>""");
            _html.Add($"""<td class="num">{Shown.Bytes(path.Now.Bytes)}</td><td class="num">{Shown.Bytes(path.Older.Bytes)}</td>""");
            _html.Add($"""<td class="num">{Shown.Count(path.Files)}</td><td class="text">""");
            _html.Add($"""{Remote(known.GetValueOrDefault(path.Path.Value))}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
        _html.AddIf(use.Shared.Objects > 0, $"<p>{Shown.Bytes(use.Shared.Bytes)} more are needed by several paths.</p>");
    }

    private string Remote(PointerStatus? pointer) => pointer?.Remote.Kind switch
    {
        null => "only older versions",
        EvidenceKind.NoRemote => "no remote",
        EvidenceKind.Unknown => $"not known to be on {status.Remote}",
        EvidenceKind.Indexed => $"named by an index of {status.Remote}, not pinned",
        EvidenceKind.Pinned =>
            $"on {status.Remote}: in pin {pointer.Remote.Commit![..12]}, read {Shown.Time(pointer.Remote.ReadAt?.ToString("s"))}",
        _ => $"damaged or gone on {status.Remote}, found by {pointer.Remote.FoundBy}",
    };

    private void Remotes()
    {
        _html.Add($"<h2>Remotes</h2>");
        if (repo.Config.Remotes.Count == 0)
        {
            _html.Add($"""<p class="error">No remote is configured: this disk has the only copy. <code>""");
            _html.Add($"""dls remote add NAME URL --default</code>""");
            _html.Add($""" adds one.</p>""");
            return;
        }

        Parts.Head(_html, "remotes", ["name", "address", ""]);
        foreach ((string name, string url) in repo.Config.Remotes)
        {
            string role = name == repo.Config.DefaultRemote ? "default" : "";
            _html.Add($"""<tr><td class="name">{name}</td><td class="text mono">{Regex.Replace(url, "//[^/@]*:[^/@]*@", "//…@")}</td>""");
            _html.Add($"""<td>{role}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }
}
