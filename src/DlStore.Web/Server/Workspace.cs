using DlStore.Operations.Tables;

namespace DlStore.Web.Server;

/// <summary>
/// The repository for requests, one at a time: opened anew for each, so that what another program did meanwhile is seen. The table of runs
/// is kept while the index says that nothing changed.
/// </summary>
/// <param name="settings">What the repository is told of the outside.</param>
internal sealed class Workspace(RepoSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SetCache _sets = new();
    private RunTable? _runs;

    /// <summary>Does something with the repository.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<T> UseAsync<T>(Func<Visit, Task<T>> work, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            using Repo repo = Repo.Open(settings);
            return await work(new Visit(repo, () => _runs = RunTable.Load(repo, _runs, cancel), _sets));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}

/// <summary>The repository during one request.</summary>
/// <param name="Repo">The repository.</param>
/// <param name="LoadRuns">Gives the table of runs, up to date.</param>
/// <param name="Sets">Data sets that were read before.</param>
internal sealed record Visit(Repo Repo, Func<RunTable> LoadRuns, SetCache Sets);
