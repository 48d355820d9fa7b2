using DlStore.Operations.Kinds;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls kind list</c>.</summary>
[Details("Lists the kinds of the repository (.dlstore/kinds/NAME.yaml) and the presets that come with dls.")]
[Example("dls kind list", "every kind, one line each")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class KindListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        KindListResult result = KindList.Run(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.KindListResult);
            return Task.FromResult(CodeOf(result));
        }

        if (result.Kinds.Count > 0)
        {
            Column[] columns = [new("NAME"), new("PRESET"), new("DATA SET"), new("HOST"), new("TARGETS"), new("TRUSTED"), new("PROBLEM")];
            session.Terminal.Table(columns, [.. result.Kinds.Select(static k => (string[])[k.Name, k.Preset ?? "-",
                k.Dataset ?? "-", k.Host ?? "-", string.Join(", ", k.Targets), k.IsTrusted ? "yes" : "no", k.Problem ?? ""])]);
        }

        session.Terminal.Note($"presets: {string.Join(", ", result.Presets)}");
        return Task.FromResult(CodeOf(result));
    }

    /// <summary>A kind that cannot be used is listed with its problem, and the exit code says that there is one.</summary>
    private static int CodeOf(KindListResult result) => result.Kinds.Any(static k => k.Problem is not null)
        ? ExitCode.Partial : ExitCode.Done;
}
