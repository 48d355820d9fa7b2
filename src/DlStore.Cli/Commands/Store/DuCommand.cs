using System.Globalization;
using CommandLine;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls du [PATH]</c>.</summary>
[Details("Says who needs the space of the local store: each managed path as it is now, its older versions, and what several of them share; "
    + "with a path, each of its versions, and what no other version of it needs. Counts what is stored, compressed as it is; needs "
    + "listings, "
    + "no file's bytes, and contacts nobody.")]
[Example("dls du", "by path")]
[Example("dls du data", "by version of one path")]
[Exits(ExitCode.Partial, ExitCode.NoRepository)]
internal sealed class DuCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "a managed path, or one inside; it need not be there any more")]
    public string? Target { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DiskUseResult result = Target is { } path
            ? DiskUse.OfVersions(session.Repo, path, cancel) : DiskUse.OfPaths(session.Repo, cancel);
        int code = result.Absent > 0 ? ExitCode.Partial : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DiskUseResult);
            return Task.FromResult(code);
        }

        foreach (string line in Target is null ? PathLines(session, result) : VersionLines(result))
        {
            session.Terminal.Result(line);
        }

        if (result.Absent > 0)
        {
            session.Terminal.Result($"not counted: {Format.Count(result.Absent, "object")} that "
                + "these name and that are not here, with whatever only those name", Ink.Changed);
        }

        if (Target is null)
        {
            session.Terminal.Result(
                $"the store takes {Format.Bytes(result.StoreBytes)} on disk, the trash {Format.Bytes(result.TrashBytes)}");
            session.Terminal.Note("`dls gc --dry-run` says what nothing names, `dls du PATH` what each version of a path needs");
        }

        return Task.FromResult(code);
    }

    private static IEnumerable<string> PathLines(Session session, DiskUseResult result)
    {
        Column[] columns = [new("path"), new("files", true), new("size", true), new("stored", true), new("older versions", true)];
        string[][] rows =
        [
            .. result.Paths.Select(p => new[]
            {
                session.Terminal.Name(p.Path), p.Files == 0 ? "-" : Format.Count(p.Files), p.Files == 0 ? "-" : Format.Bytes(p.Size),
                Format.Bytes(p.Now.Bytes), Format.Bytes(p.Older.Bytes),
            }),
            .. result.Shared.Objects > 0 ? new[] { new[] { "(several of these)", "", "", Format.Bytes(result.Shared.Bytes), "" } } : [],
        ];
        return TextTable.Lines(columns, rows);
    }

    private static IEnumerable<string> VersionLines(DiskUseResult result)
    {
        Column[] columns =
            [new("commit"), new("date"), new("files", true), new("size", true), new("only this version", true), new("subject")];
        string[][] rows =
        [
            .. result.Versions.Select(static v => new[]
            {
                v.Version.Commit[..12], v.Version.At.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Format.Count(v.Version.Files), Format.Bytes(v.Version.Size), Format.Bytes(v.Own.Bytes), v.Version.Subject,
            }),
            .. result.Shared.Objects > 0 ? new[] { new[] { "(several)", "", "", "", Format.Bytes(result.Shared.Bytes), "" } } : [],
        ];
        return TextTable.Lines(columns, rows);
    }
}
