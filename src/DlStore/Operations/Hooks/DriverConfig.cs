using DlStore.Git;

namespace DlStore.Operations.Hooks;

/// <summary>
/// The merge driver and the diff driver in this clone's git configuration: without the one git merges pointers as text, which never works,
/// and leaves conflict markers in them; without the other it shows digests. A second entry merges common ancestors into one, where git
/// needs that.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="program">Absolute path of dls; used when it still exists, else the one on PATH.</param>
internal sealed class DriverConfig(Repo repo, string program)
{
    private const string Section = "merge.dls";
    private const string InnerSection = "merge.dls-inner";
    private const string DiffSection = "diff.dls";

    /// <summary>Gets a value indicating whether git finds a driver of that name, whatever it calls.</summary>
    public bool IsThere => repo.Git.Git.RunAsUser(["config", "--get", Section + ".driver"]).ExitCode == 0;

    /// <summary>Gets a value indicating whether this clone's own configuration has exactly what <see cref="Register"/> writes.</summary>
    public bool IsCurrent
    {
        get
        {
            // One git for all keys: it prints them in lower case, and so they are written.
            string printed = repo.Git.Git.Run(["config", "--local", "--null", "--get-regexp", "^(merge|diff)\\.dls"]).Text();
            HashSet<string> there = [.. printed.Split('\0')];
            return Entries().All(e => there.Contains($"{e.Key}\n{e.Value}"));
        }
    }

    /// <summary>Writes it.</summary>
    /// <returns>What was done; null if it is there already.</returns>
    public string? Register()
    {
        if (IsCurrent)
        {
            return null;
        }

        bool isNew = !IsThere;
        foreach ((string key, string value) in Entries())
        {
            GitConfig.SetLocal(repo.Git.Git, key, value);
        }

        return isNew ? "registered the merge and diff drivers" : "renewed the merge and diff drivers";
    }

    /// <summary>Removes it from this clone's own configuration.</summary>
    /// <returns>True if it was there.</returns>
    public bool Remove()
    {
        bool isThere = IsOwn();
        foreach (string section in (string[])[Section, InnerSection, DiffSection])
        {
            _ = repo.Git.Git.Run(["config", "--local", "--remove-section", section]);
        }

        return isThere;
    }

    /// <summary>Tells whether this clone's own configuration has a driver.</summary>
    public bool IsOwn() => repo.Git.Git.Run(["config", "--local", "--get", Section + ".driver"]).ExitCode == 0;

    /// <summary>
    /// The driver comes last: until it is there git does not look at the others. Names of branches (%Y) are given by git 2.44 and newer;
    /// older ones leave the two letters as they are. A path may begin with a dash.
    /// </summary>
    private (string Key, string Value)[] Entries() =>
    [
        (InnerSection + ".name", "pointers of dls, between common ancestors"),
        (InnerSection + ".driver", Call("merge-driver --inner %O %A %B ./%P %L %Y")),
        (Section + ".name", "pointers of dls, file by file"),
        (Section + ".recursive", "dls-inner"),
        (Section + ".driver", Call("merge-driver %O %A %B ./%P %L %Y")),
        (DiffSection + ".command", Call("diff-driver", isFormat: false)),
        (DiffSection + ".textconv", Call("pointer-text", isFormat: false)),
    ];

    /// <summary>Writes a call; in a format a percent sign stands for something, in a plain command git adds the words by itself.</summary>
    private string Call(string words, bool isFormat = true)
    {
        string path = program.Replace("'", "'\\''", StringComparison.Ordinal);
        string quoted = "'" + (isFormat ? path.Replace("%", "%%", StringComparison.Ordinal) : path) + "'";
        return $"dls={quoted}; [ -x \"$dls\" ] || dls=dls; \"$dls\" {words}";
    }
}
