using DlStore.Operations;

namespace DlStore.Cli.Commands;

/// <summary><c>dls doctor</c>.</summary>
[Details("Looks at git, the configuration, the hook, the store, interrupted work and the remotes, and says what to do about what it finds. Changes nothing.")]
[Example("dls doctor", "find out what is wrong here")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class DoctorCommand : Command
{
    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<DoctorLine> lines = await Doctor.RunAsync(session.Repo, cancel);
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
