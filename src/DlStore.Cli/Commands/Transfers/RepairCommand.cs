using CommandLine;
using DlStore.Operations.Repairs;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls repair [PATH...]</c>.</summary>
[Details("Puts good copies in the place of what is damaged or missing. Without --remote, the local store is hashed, and what is bad or "
    + "lost is taken from files of the work tree that still have the right bytes, and from the remotes, one after another. With --remote, "
    + "that remote is looked through as `dls verify --remote` does, what is not here comes from the work tree or another remote, and "
    + "all of it is sent again. Every byte is hashed before it counts; damaged files are set aside or replaced in one step. What has no "
    + "good copy anywhere is listed with the paths and commits that name it. A repair that was broken off is finished by the next.")]
[Example("dls repair", "the local store, from the work tree and every remote")]
[Example("dls repair data --dry-run", "say what of one path is bad, and where it would come from")]
[Example("dls repair --remote lab", "a remote, from here and the other remotes")]
[Example("dls repair --all", "the local store and every remote that can be written")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class RepairCommand : Command
{
    private const int NamesMax = 20;
    private const int UsersMax = 3;

    [Value(0, MetaName = "PATH", HelpText = "repair only what these managed paths name")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "repair this remote instead of the local store")]
    public string? Remote { get; set; }

    [Option("all", HelpText = "repair the local store, then every remote that can be written")]
    public bool All { get; set; }

    [Option("download", HelpText = "read every byte of the remotes here, whatever the far side could tell")]
    public bool Download { get; set; }

    [Option('j', "jobs", MetaValue = "N", HelpText = "transfers under way at once")]
    public int? Jobs { get; set; }

    [Option("dry-run", HelpText = "say what is damaged and where good copies would come from, and change nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RepairResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await Repair.RunAsync(session.Repo, new RepairOptions
            {
                Remote = Remote,
                All = All,
                Paths = [.. Paths],
                Download = Download,
                Jobs = TransferJobs.Of(Jobs),
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.RepairResult);
        }

        foreach (RepairedStore store in Json ? [] : result.Stores)
        {
            Print(session, store);
        }

        foreach (string unasked in Json ? [] : result.Unasked)
        {
            session.Terminal.Warn($"not asked for good copies: {unasked}");
        }

        return result.Stores.Any(static s => s.Left.Count > 0) ? ExitCode.Missing
            : result.IsComplete ? ExitCode.Done : ExitCode.Partial;
    }

    private void Print(Session session, RepairedStore store)
    {
        string name = store.Remote ?? "the local store";
        if (store.IsSkipped)
        {
            session.Terminal.Note($"{name} can only be read and was passed over");
            return;
        }

        if (store.Error is { } error)
        {
            session.Terminal.Error(error);
            if (store.Hint is { } hint)
            {
                session.Terminal.Detail("hint: ", hint);
            }

            return;
        }

        string files = store.Files == 0 ? "" : $" and {Format.Count(store.Files, "file")} without objects of its own";
        session.Terminal.Result(store.Damaged + store.Files == 0 ? $"{name}: nothing to repair"
            : $"{name}: {Format.Count(store.Damaged, "object")} damaged or missing{files}");
        foreach (RepairSource source in store.Sources)
        {
            session.Terminal.Result($"  {(DryRun ? "would take" : "took")} {Format.Count(source.Objects, "object")} from {source.From}");
        }

        if (DryRun && store.Damaged > 0)
        {
            session.Terminal.Note("a listing that is lost may name more that is: that shows when it has come");
        }

        PrintLeft(session, store);
    }

    private static void PrintLeft(Session session, RepairedStore store)
    {
        if (store.Left.Count == 0)
        {
            return;
        }

        session.Terminal.Warn($"{Format.Count(store.Left.Count)} still damaged or missing in {store.Remote ?? "the local store"}");
        foreach (DamagedObject left in store.Left.Take(NamesMax))
        {
            session.Terminal.Result($"{left.What}: {left.Wrong}", Ink.Bad);
            foreach (string user in left.UsedBy.Take(UsersMax))
            {
                session.Terminal.Result($"  used by {user}");
            }
        }

        if (store.Left.Count > NamesMax)
        {
            session.Terminal.Result($"and {Format.Count(store.Left.Count - NamesMax)} more; --json lists all");
        }

        session.Terminal.Detail(
            "hint: ", "run `dls repair --all` in a clone that has them, or add a remote that does with `dls remote add`");
    }
}
