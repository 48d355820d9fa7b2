using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls remote check [NAME]</c>.</summary>
[Details("Contacts the remote and checks that every file its indexes name is there with "
    + "its size. Bytes are not read; `dls verify --remote NAME` does that.")]
[Example("dls remote check", "the default remote")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class RemoteCheckCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "the remote; the default one if not given")]
    public string? Name { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RemoteCheck check = await RemoteSettings.CheckAsync(session.Repo, Name, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(check, ResultJson.Default.RemoteCheck);
        }
        else if (!check.Exists)
        {
            session.Terminal.Result(
                $"{check.Name}  {check.Location}: {(check.WasThere ? "it was used from here before, and no dls remote is there now" : "no dls remote is there yet")}", check.WasThere ? Ink.Bad : Ink.Plain);
            session.Terminal.Note(check.WasThere
                ? "check that it is mounted" : "the first `dls push` makes it; if it should be there, check that it is mounted");
        }
        else
        {
            session.Terminal.Result(
                $"{check.Name}  {check.Location}: {Format.Count(check.Packs, "pack")} with {Format.Count(check.Objects, "object")}, "
                + $"{Format.Count(check.LargeBlobs, "large blob")}, {Format.Count(check.Pins, "commit")} of this repository pinned");
            foreach (string missing in check.Missing)
            {
                session.Terminal.Result($"  {missing}", Ink.Bad);
            }
        }

        return check.Missing.Count > 0 || (check.WasThere && !check.Exists) ? ExitCode.Findings : ExitCode.Done;
    }
}
