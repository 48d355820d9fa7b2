using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls doctor</c>.</summary>
[Details("Looks at git, the configuration, the hook, the store, interrupted work and the remotes, and says what to do about what it "
    + "finds. What git would run before a push is asked of git and read; with --try it is run, with an empty list of refs, to "
    + "see whether dls answers. Hooks are programs of your own, so that is done only when asked for. Changes nothing.")]
[Example("dls doctor", "find out what is wrong here")]
[Example("dls doctor --try", "run the pre-push hook too, as a push of nothing would")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class DoctorCommand : Command
{
    [Option("try", HelpText = "run the pre-push hook with an empty list of refs and see whether dls answers")]
    public bool Try { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<DoctorLine> lines = await Doctor.RunAsync(session.Repo, Try, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(lines, ResultJson.Default.IReadOnlyListDoctorLine);
        }
        else
        {
            foreach (DoctorLine line in lines)
            {
                (string mark, Ink ink) = line.Level switch
                {
                    DoctorLevel.Good => ("ok  ", Ink.Plain),
                    DoctorLevel.Note => ("note", Ink.Changed),
                    DoctorLevel.Bad => ("bad ", Ink.Bad),
                    _ => throw new InvalidOperationException($"no mark for {line.Level}"),
                };
                session.Terminal.Result($"{mark}  {line.What}", ink);
                if (line.Hint is not null)
                {
                    session.Terminal.Note($"      {line.Hint}");
                }
            }
        }

        return lines.Any(l => l.Level == DoctorLevel.Bad) ? ExitCode.Findings : ExitCode.Done;
    }
}
