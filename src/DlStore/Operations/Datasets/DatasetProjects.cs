using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.Operations.Projects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>
/// Turns builds of projects into items of a data set: classes after merging, file names, units and groups of the split. Reads build records
/// only; no image is opened.
/// </summary>
internal sealed class DatasetProjects(Repo repo, DatasetRecipe recipe, bool allowUnreviewed)
{
    /// <summary>Gets the projects that were left out because nobody had reviewed them, or because somebody refused them.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>Records repeat a few words 100,000 times; one instance of each is kept.</summary>
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);

    /// <summary>Lists the projects that count.</summary>
    public IReadOnlyList<Project> Select()
    {
        List<Project> used = [];
        foreach (PortableName name in recipe.Projects)
        {
            Project project = ProjectReader.Read(repo.WorkTree, name);
            if (project.Review == ReviewState.Accepted || (project.Review == ReviewState.Unreviewed && allowUnreviewed))
            {
                used.Add(project);
            }
            else
            {
                LeftOut.Add(name.Value);
            }
        }

        return used;
    }

    /// <summary>Gives the items of one project and what the lock says of it.</summary>
    /// <exception cref="DlsException">Kind Failed: its build is missing or empty.</exception>
    public (IReadOnlyList<DatasetItem> Items, LockedSource Source) Read(Project project, Canvas canvas)
    {
        BuildDirectory directory = new(project, canvas);
        BuildRecord record = BuildRecord.Find(directory.Path, directory.Name)
            ?? throw new DlsException(
                ErrorKind.Failed, $"read '{directory.Name}': there is no whole build", $"run `dls build {project.Name} --canvas {canvas}`");
        bool manyMasters = record.Images.Select(static i => i.Source).Distinct().Take(2).Count() == 2;
        bool isGenerator = project.Recipe.Glyphs is not null;
        List<DatasetItem> items = new(record.Images.Count);
        foreach (BuiltImage image in record.Images)
        {
            items.Add(ToItem(project, directory, image, isGenerator, manyMasters));
        }

        LockedSource source = new()
        {
            Name = project.Name.Value,
            Kind = ImageOrigin.Project,
            Labels = [.. items.SelectMany(static i => i.Objects).Select(static o => o.Label).Distinct().Order(StringComparer.Ordinal)],
            Images = items.Count,
            Distinct = items.Select(static i => i.Oid).Distinct().Count(),
            Masters = MastersOf(project),
            Recipe = record.Header.Recipe,
            Build = record.Header.Key,
            SameMaster = !manyMasters && !isGenerator,
            Unreviewed = project.Review == ReviewState.Unreviewed,
        };
        return (items, source);
    }

    private DatasetItem ToItem(Project project, BuildDirectory directory, BuiltImage image, bool isGenerator, bool manyMasters)
    {
        LabelledObject[] objects = [.. image.Objects.Select(
            o => new LabelledObject(Share(recipe.ClassOf(project.Name, o.Label)), new PixelBox(o.Box[0], o.Box[1], o.Box[2], o.Box[3])))];
        string? label = objects.Length > 0 && objects.All(o => o.Label == objects[0].Label) ? objects[0].Label : null;
        Oid oid = image.Oid;
        return new DatasetItem
        {
            Id = FileId(project.Name.Value, label, image.Id[(project.Name.Value.Length + 1)..]),
            Directory = directory.Path,
            Oid = oid,
            Width = image.Width,
            Height = image.Height,
            Channels = image.Channels,
            Objects = objects,
            Source = project.Name.Value,
            Unit = isGenerator ? Share($"{project.Name}/{image.Source}") : project.Name.Value,
            // Variants of one master stay together; where there is one master only, its distinct images have to be divided.
            Group = manyMasters && !isGenerator ? Share(image.Source) : null,
            SourceId = image.Id,
            Master = image.Source.Length > 0 ? Share(image.Source) : null,
            Placement = image.Placement is { } placement ? Share(placement) : null,
            Step = image.Step is { } step ? Share(step) : null,
            Parameters = image.Parameters,
        };
    }

    /// <summary>
    /// Some readers take the class from the file name, as all that stands before the last <c>_</c>. So an image of one class is named after
    /// it: <c>close_12</c> from project
    /// close, <c>close_closegb-12</c> from a project that is merged into it.
    /// </summary>
    private static string FileId(string project, string? label, string number) =>
        label is null || !PortableName.TryParse(label, out _) ? $"{project}_{number}"
        : label == project || label.StartsWith(project + "_u", StringComparison.Ordinal) ? $"{label}_{number}"
        : $"{label}_{project.Replace('_', '-')}-{number}";

    private string Share(string text) => _shared.TryGetValue(text, out string? known) ? known : _shared[text] = text;

    private Oid[] MastersOf(Project project) =>
        [.. project.Masters.Select(m => KnownFiles.Get(repo, project.NameOf(m.Image), "master").Oid)
            .Concat(project.Recipe.Glyphs is { } g ? [KnownFiles.Get(repo, g.Corpus, "corpus").Oid] : []).Order()];
}
