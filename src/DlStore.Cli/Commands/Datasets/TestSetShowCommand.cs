using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls testset show NAME</c>.</summary>
[Details("Every image of a test set with its digest, what is in it and where it came "
    + "from; read from the store, so the set need not be checked out.")]
[Example("dls testset show games-2023", "the images and their truth")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TestSetShowCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the test set")]
    public string Name { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ShownTestSet shown = TestSetShow.Run(session.Repo, Name);
        if (Json)
        {
            session.Terminal.WriteJson(shown, ResultJson.Default.ShownTestSet);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result(
            $"test set {shown.Name}  {Format.Count(shown.Count, "image")}{(shown.Description.Length > 0 ? ": " + shown.Description : "")}",
            Ink.Strong);
        session.Terminal.Result($"  tree {shown.Tree?.ToString() ?? "(no pointer)"}");
        foreach ((string label, int images) in shown.Labels)
        {
            session.Terminal.Result($"  {label}  in {Format.Count(images, "image")}");
        }

        if (shown.Images.Count > 0)
        {
            session.Terminal.Table(
                [new("IMAGE"), new("DIGEST"), new("TRUTH"), new("ORIGIN")],
                [.. shown.Images.Select(i => (IReadOnlyList<string>)[session.Terminal.Name(i.Name), i.Oid.ToString()[..19], i.Truth is null
                    ? "missing" : i.Truth.Count == 0 ? "nothing" : string.Join("; ", i.Truth), session.Terminal.Name(i.Origin)])]);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
