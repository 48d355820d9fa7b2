using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.Operations.Lineage;

/// <summary>
/// Checks that objects are here, or known on a remote; with <c>--full</c> that their bytes are right. Each object once, whoever names it.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="full">Whether to hash every byte.</param>
/// <param name="unasked">Says of the remotes that could not be asked why not, by name.</param>
/// <param name="report">Told of each link that is broken.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class AuditObjects(
    Repo repo, bool full, IReadOnlyDictionary<string, string> unasked, Action<AuditFinding> report, CancellationToken cancel)
{
    private readonly HashSet<Oid> _right = [];
    private readonly HashSet<Oid> _whole = [];
    private readonly List<RemoteKnowledge> _remotes = [.. repo.Config.Remotes.Select(r => RemoteKnowledge.Open(repo, r.Key, r.Value))];

    /// <summary>Gets how many objects were found here.</summary>
    public long Checked => _right.Count;

    /// <summary>Gets a phrase for each link whose bytes are only known on a remote.</summary>
    public List<string> Elsewhere { get; } = [];

    /// <summary>Gets a phrase for each link that has lost objects on purpose.</summary>
    public List<string> Erased { get; } = [];

    /// <summary>Checks a tree with everything below it.</summary>
    /// <returns>True if it was walked whole.</returns>
    public bool Tree(Oid oid, string link, string subject)
    {
        if (_whole.Contains(oid))
        {
            return true;
        }

        bool whole = true;
        SortedSet<Oid> absent = [];
        TreeClosure closure = new(o => repo.Store.Find(o) is null ? null : repo.Store.Read(o))
        {
            Node = o => _right.Add(o),
            Blob = (o, _) => whole &= repo.Store.Contains(o) ? Blob(o, link, subject) : !absent.Add(o) && false,
            MissingNode = o => absent.Add(o),
        };
        try
        {
            closure.Walk(oid, null);
            Absent(absent, link, subject);
            whole &= absent.Count == 0;
            _ = whole && _whole.Add(oid);
            return whole;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            report(new AuditFinding($"AUDIT_{link}_CORRUPT", AuditSeverity.Corrupt, subject, e.Message));
            return false;
        }
    }

    /// <summary>Checks one blob.</summary>
    public bool Blob(Oid oid, string link, string subject)
    {
        cancel.ThrowIfCancellationRequested();
        if (_right.Contains(oid))
        {
            return true;
        }

        if (!repo.Store.Contains(oid))
        {
            Absent([oid], link, subject);
            return false;
        }

        if (full && FindWrong(oid) is { } wrong)
        {
            report(new AuditFinding($"AUDIT_{link}_CORRUPT", AuditSeverity.Corrupt, subject, $"object '{oid}': {wrong}"));
            return false;
        }

        _right.Add(oid);
        return true;
    }

    private string? FindWrong(Oid oid)
    {
        if (repo.Store.Find(oid) is { } packed)
        {
            byte[] plain = new byte[(int)Math.Min(packed.Entry.Plain, PackFormat.EntryMax)];
            return packed.Pack.TryRead(packed.Entry, plain);
        }

        return PackFile.Hash(repo.Store.Large.PathOf(oid)) == oid ? null : "its bytes do not hash to its oid";
    }

    /// <summary>One finding a link, however many objects it lacks.</summary>
    private void Absent(SortedSet<Oid> oids, string link, string subject)
    {
        Oid[] erased = [.. oids.Where(repo.Store.Erased.Contains)];
        oids.ExceptWith(erased);
        if (erased.Length > 0)
        {
            Erased.Add($"{subject}: {CountWords.Of(erased.Length, "object")} of {link.ToLowerInvariant()} "
                + $"{(erased.Length == 1 ? "is" : "are")} erased, not lost: '{erased[0]}': {repo.Store.Erased.Find(erased[0])?.Sentence}");
        }

        Oid[] unknown = [.. oids.Where(o => RemoteWith(o) is null)];
        if (unknown.Length > 0)
        {
            string more = unknown.Length > 1 ? $" and {unknown.Length - 1} more are" : " is";
            string elsewhere = unasked.Count > 0
                ? $" not here, and whether a remote has {(unknown.Length > 1 ? "them" : "it")} is not known: "
                    + string.Join("; ", unasked.Select(static u => $"'{u.Key}' could not be asked: {u.Value}"))
                : _remotes.Count > 0 ? $" neither here nor on {(_remotes.Count > 1 ? "a remote" : $"remote '{_remotes[0].Name}'")}"
                : " not here, and there is no remote to ask";
            report(new AuditFinding($"AUDIT_{link}_MISSING",
                AuditSeverity.Missing, subject, $"object '{unknown[0]}'{more}{elsewhere}"));
        }

        if (oids.Count > unknown.Length)
        {
            Oid first = oids.First(o => RemoteWith(o) is not null);
            int count = oids.Count - unknown.Length;
            Elsewhere.Add($"{subject}: {(count == 1 ? "an object" : $"{count} objects")} of {link.ToLowerInvariant()} "
                + $"{(count == 1 ? "is" : "are")} not here but on remote {RemoteWith(first)}, and {(count == 1 ? "was" : "were")} not "
                + $"looked into: '{first}'{(count == 1 ? "" : " ...")}");
        }
    }

    private string? RemoteWith(
        Oid oid) => _remotes.FirstOrDefault(r => r.EvidenceOf(oid).Kind is EvidenceKind.Indexed or EvidenceKind.Pinned)?.Name;
}
