using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls build explain IMAGE</c>.</summary>
[Details("Prints from which master and with which parameters a built image was made, and "
    + "what is in it. The units are those of `dls help augmentation`.")]
[Example("dls build explain close_12", "every canvas that has the image")]
[Example("dls build explain projects/close/build/400x400/close_12.jpg", "one file")]
[Exits(ExitCode.NoRepository)]
internal sealed class BuildExplainCommand : Command
{
    [Value(0, MetaName = "IMAGE", Required = true, HelpText = "a built image, by path or name")]
    public string Image { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<ExplainedImage> found = BuildExplain.Run(session.Repo, Image);
        if (Json)
        {
            session.Terminal.WriteJson(found, ResultJson.Default.IReadOnlyListExplainedImage);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (ExplainedImage explained in found)
        {
            Data.Recipes.BuiltImage image = explained.Image;
            session.Terminal.Result(
                $"{image.Id}.jpg  {explained.Project} for {explained.Canvas}, {image.Width}x{image.Height}, {Format.Bytes(image.Size)}",
                Ink.Strong);
            session.Terminal.Result($"  {image.Oid}");
            session.Terminal.Result($"  from        {(image.Source.Length > 0 ? image.Source : "the program")}"
                + $"{(image.Placement is { } placement ? $" at {placement}" : "")}");
            session.Terminal.Result($"  step        {image.Step ?? "(a program)"}");
            session.Terminal.Result($"  parameters  {image.Parameters ?? "(known to the program only)"}");
            foreach (Data.Recipes.BuiltObject o in image.Objects)
            {
                session.Terminal.Result($"  object      {o.Label} at {string.Join(',', o.Box)}");
            }

            session.Terminal.Result($"  cut off     {(image.Cut == 0 ? "nothing" : $"{image.Cut / 10.0:0.0} % of an object")}");
            session.Terminal.Result($"  engine      {explained.Engine}");
            session.Terminal.Result($"  recipe      {explained.Recipe}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
