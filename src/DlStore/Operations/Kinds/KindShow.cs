using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Kinds;

/// <summary><c>dls kind show</c> and <c>dls kind check</c>: what a kind comes to, and whether a task of it would start.</summary>
public static class KindShow
{
    /// <summary>Gives the keys of a kind with its preset's.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The kind.</param>
    /// <returns>Keys as in the file, with their values as text.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such kind. Kind Failed: its file is wrong.</exception>
    public static IReadOnlyList<ConfigLine> Run(Repo repo, string name)
    {
        Kind kind = TaskPlanner.Read(repo, PortableName.Parse(name, "kind"));
        string Time(int seconds) => seconds == 0 ? "for ever" : $"{seconds} s";
        return
        [
            Line("preset", kind.Preset ?? "none"),
            Line("dataset", kind.Dataset is { } d ? $"{d} {kind.Canvas?.ToString()}".TrimEnd() : "none"),
            Line("layout", SetLayouts.Names[(int)kind.Layout]),
                Line("data", kind.Data), Line("cwd", kind.Cwd ?? "the work directory"),
                Line("host", kind.Host), Line("source", (kind.SourceOnHost ? "host:" : "") + kind.Source),
            Line("files", kind.Files.Count == 0 ? "what git lists" : string.Join(", ", kind.Files)),
            Line("inputs", string.Join(", ", kind.Inputs.Select(static i => $"{i.From} -> {i.To}"))),
            Line("initial", kind.InitialInto ?? "takes none"), Line("train", kind.Train), Line("test", kind.Test ?? "none"),
            Line("testset", kind.TestSet is { } t ? $"{t} -> {kind.TestSetInto}" : "none"), Line("results", kind.Results ?? "the log"),
            .. kind.Result.Select(static r => Line(
                "result", string.Join(" ", new[] { r.File, r.Pattern is null ? null : $"/{r.Pattern.Text}/" }.OfType<string>()))),
            Line("parameters", string.Join(", ", kind.Parameters.Select(static p => $"{p.Key}={p.Value}"))),
                Line("steps", kind.Steps ?? "unknown"),
            Line("collect", string.Join(", ", kind.Collect)),
            Line("best", kind.BestFiles.Count == 0 ? "none" : string.Join(", else ", kind.BestFiles)),
            Line("directories", string.Join(", ", kind.Directories)),
            .. kind.Log.Patterns.Select(static p => Line("log.metrics", p.Text)), Line("log.loss", kind.Log.Loss ?? "none"),
            .. kind.Log.Stop.Select(
                static r => Line("stop", $"{r.Name}: {StopActions.Name(r.Action)} at {r.Count} of /{r.Match}/"
                    + $"{(r.Unless is null ? "" : $" unless /{r.Unless}/")}")),
            Line("stall", Time(kind.StallSeconds) + (kind.StallStops ? ", then stopped" : "")), Line("limit", Time(kind.LimitSeconds)),
            Line("accept", string.Join(", ", kind.Accept.Select(static p => $"{p.Key}={p.Value}"))),
            Line("deploy", kind.Deploy is { } x
                ? $"weight {x.Weight}, data {x.Data ?? "-"}, classes {x.Classes ?? "-"}, smoke {x.Smoke ?? "-"}" : "nothing"),
            Line("digest", kind.Digest.ToString()),
        ];
    }

    /// <summary>Plans a task of the kind.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The kind.</param>
    /// <param name="accept">Codes of lint that do not block.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DlsException">Whatever would stop a task.</exception>
    public static async Task<KindPlan> CheckAsync(Repo repo, string name, IReadOnlyList<string> accept, CancellationToken cancel)
    {
        TaskCreateOptions options = new() { Name = "check", DryRun = true, Accept = accept };
        return (await new TaskPlanner(repo, options).PlanAsync([PortableName.Parse(name, "kind")], cancel))[0].Plan;
    }

    private static ConfigLine Line(string key, string value) => new(key, value, "");
}
