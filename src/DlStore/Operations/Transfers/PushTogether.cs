namespace DlStore.Operations.Transfers;

/// <summary>What a push to one of several remotes came to.</summary>
public sealed record PushOutcome
{
    /// <summary>Gets the remote's name.</summary>
    public required string Remote { get; init; }

    /// <summary>Gets what was done; null if it was not.</summary>
    public PushResult? Result { get; init; }

    /// <summary>Gets why nothing was done there, or why it stopped; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what to type next, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>Gets a value indicating whether the remote was passed over, because it can only be read.</summary>
    public bool IsSkipped { get; init; }
}

/// <summary>
/// <c>dls push --to all</c>: one remote after another, each as if it were the only one; one that fails keeps no other from its bytes.
/// </summary>
public static class PushTogether
{
    /// <summary>The word that stands for every remote; no remote is added under that name.</summary>
    public const string All = "all";

    /// <summary>Runs the pushes.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Names of remotes, or <see cref="All"/> alone.</param>
    /// <param name="options">What to push; its remote does not count.</param>
    /// <param name="cancel">Stops all.</param>
    /// <returns>What came of each, in order.</returns>
    /// <exception cref="DlsException">Kind Usage: a name is not configured, or there is none.</exception>
    public static async Task<IReadOnlyList<PushOutcome>> RunAsync(
        Repo repo, IReadOnlyList<string> names, PushOptions options, CancellationToken cancel)
    {
        bool isAll = names is [All];
        string[] chosen = isAll ? [.. repo.Config.Remotes.Keys] : [.. names.Distinct()];
        if (chosen.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, "push to all remotes: none is configured", "run `dls remote add NAME URL --default`");
        }

        // All names first: a misspelt one is told before anything is sent.
        Dictionary<string, bool> readOnly = chosen.ToDictionary(static n => n, n => repo.OpenRemote(n).IsReadOnly, StringComparer.Ordinal);
        List<PushOutcome> outcomes = [];
        foreach (string name in chosen)
        {
            outcomes.Add(isAll && readOnly[name]
                ? new PushOutcome { Remote = name, IsSkipped = true } : await PushOneAsync(repo, options with { Remote = name }, cancel));
        }

        return outcomes;
    }

    private static async Task<PushOutcome> PushOneAsync(Repo repo, PushOptions options, CancellationToken cancel)
    {
        try
        {
            return new PushOutcome { Remote = options.Remote!, Result = await Push.RunAsync(repo, options, cancel) };
        }
        catch (DlsException e) when (e.Kind is not ErrorKind.Usage)
        {
            return new PushOutcome { Remote = options.Remote!, Error = e.Message, Hint = e.Hint };
        }
    }
}
