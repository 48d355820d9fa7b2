using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project new NAME</c>.</summary>
[Details("Makes projects/NAME with the crop as master/image.jpg, an annotation that fits it exactly, and a project.yaml "
    + "with the default recipe written out to be edited. Masters are stored behind pointers, the texts are "
    + "staged in git, nothing is committed. With --program the images are made by your own program, which "
    + "is allowed to run here at once; with --glyphs the characters of a text are the masters.")]
[Example("dls project new adbutton --image crop.jpg", "from a crop to a project, label `adbutton`")]
[Example("dls project new close2 --image a.jpg b.jpg --label close --placement lu,ru", "two masters of one class, in both corners")]
[Example("dls project new kana --glyphs book.zip --origin https://example.org/book.zip", "a class for each character of a text")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectNewCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the project's name: letters, digits, '.', '_' and '-'")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "FILE", HelpText = "more crops of the object")]
    public IEnumerable<string> More { get; set; } = [];

    [Option("image", MetaValue = "FILE", HelpText = "a crop of the object, JPEG; more of them may follow")]
    public string? Image { get; set; }

    [Option("label", MetaValue = "LABEL", HelpText = "the class; the project's name if not given")]
    public string? Label { get; set; }

    [Option("placement", MetaValue = "CORNERS", HelpText = "where on a larger canvas: lu, ru or lu,ru; names that begin with ru_ mean ru")]
    public string? Placement { get; set; }

    [Option("program", MetaValue = "FILE", HelpText = "your own program; it is copied and allowed to run")]
    public string? Program { get; set; }

    [Option("glyphs", MetaValue = "FILE", HelpText = "a text, or a zip of one, whose characters become masters")]
    public string? Glyphs { get; set; }

    [Option("font", MetaValue = "FILE", HelpText = "the font of --glyphs; the installed Japanese one if not given")]
    public string? Font { get; set; }

    [Option("size", MetaValue = "PIXELS", Default = 64, HelpText = "side of a character's master")]
    public int Size { get; set; } = 64;

    [Option("characters", MetaValue = "N", Default = 1_000, HelpText = "how many characters, the most frequent ones")]
    public int Characters { get; set; } = 1_000;

    [Option("origin", MetaValue = "TEXT", HelpText = "where the files come from, a URL for example; kept in their pointers")]
    public string? Origin { get; set; }

    [Option("seed", MetaValue = "N", Default = 0L, HelpText = "seed of all draws")]
    public long Seed { get; set; }

    [Option("count", MetaValue = "N", Default = 99, HelpText = "images of each step, from each master, at each placement")]
    public int Count { get; set; } = 99;

    [Option("dry-run", HelpText = "show what would be made and make nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectNewOptions options = new()
        {
            Name = Name,
            Images = Image is null ? [.. More] : [Image, .. More],
            Label = Label,
            Placements = ProjectArguments.Placements(Placement, "--placement"),
            Program = Program,
            Corpus = Glyphs,
            Font = Font,
            GlyphSize = Size,
            CharactersMax = Characters,
            Origin = Origin,
            Seed = Seed,
            Count = Count,
            DryRun = DryRun,
        };
        ProjectNewResult result = ProjectNew.Run(session.Repo, options);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectNewResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(session.Terminal, result);
        return Task.FromResult(ExitCode.Done);
    }

    private void Print(Terminal terminal, ProjectNewResult result)
    {
        terminal.Result($"{(DryRun ? "would make" : "made")} projects/{result.Project}  label "
            + $"{terminal.Name(result.Label)}, at {string.Join(" and ", result.Placements)}", Ink.Good);
        foreach (NewMaster master in result.Masters)
        {
            terminal.Result($"  {master.Path}  {master.Width}x{master.Height}  {master.Oid}");
        }

        foreach (string file in result.Files.Where(f => result.Masters.All(m => m.Path != f)))
        {
            terminal.Result($"  {file}");
        }

        foreach (string remark in result.Remarks)
        {
            terminal.Warn(remark);
        }

        if (result.Characters > 0)
        {
            terminal.Note($"the text gives {Format.Count(result.Characters, "character")}, so a build "
                + $"has {Format.Count((long)result.Characters * Count, "image")}");
        }

        if (!DryRun)
        {
            terminal.Note($"staged; `dls build {result.Project} --preview` makes the images, `git commit` keeps the project");
        }
    }
}
