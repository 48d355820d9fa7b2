using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

/// <summary>What dls writes into project.yaml is what it reads there.</summary>
public sealed class ProjectDraftTests : IDisposable
{
    private readonly TempDir _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_recipe_that_is_written_out_is_the_one_that_counts_without_a_file()
    {
        ProjectDraft draft = new() { Name = Name("close"), Label = "close", Masters = ["master/image.jpg"] };
        _directory.Write("projects/close/master/image.jpg", "x");
        Project without = ProjectReader.Read(_directory.Path, Name("close"));
        _directory.Write("projects/close/project.yaml", draft.ToYaml());

        Project with = ProjectReader.Read(_directory.Path, Name("close"));

        Assert.Equal(RecipeReader.Suite(99), with.Recipe.Steps);
        Assert.Equal(without.Recipe.ToText(), with.Recipe.ToText());
        Assert.Equal(without.Masters, with.Masters);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("閉じる")]
    [InlineData("null")]
    [InlineData("a: \"b\" \\ #c")]
    [InlineData("- 'x'")]
    public void Any_label_comes_back(string label)
    {
        ProjectDraft draft = new()
        {
            Name = Name("p"),
            Label = label,
            Masters = ["master/image.jpg", "master/image_2.jpg"],
            Placements = [Placement.LeftUpper, Placement.RightUpper],
            Count = 7,
            Seed = 42,
            Review = ReviewState.Unreviewed,
            Origin = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["file"] = label + ".jpg", ["sha256"] = "00" },
        };
        _directory.Write("projects/p/project.yaml", draft.ToYaml());

        Project read = ProjectReader.Read(_directory.Path, Name("p"));

        Assert.Equal(label, read.Label);
        Assert.Equal(draft.Masters, read.Masters.Select(static m => m.Image));
        Assert.Equal(draft.Placements, read.Placements);
        Assert.Equal(RecipeReader.Suite(7), read.Recipe.Steps);
        Assert.Equal(42, read.Recipe.Seed);
        Assert.Equal(ReviewState.Unreviewed, read.Review);
        Assert.Equal(draft.Origin, read.Origin);
    }

    [Fact]
    public void Glyphs_and_programs_come_back()
    {
        GlyphSource glyphs = new("projects/p/corpus/本.txt", "projects/p/corpus/font.ttf", 48, 20, 0, 255);
        _directory.Write(
            "projects/p/project.yaml", new ProjectDraft { Name = Name("p"), Label = "p", Glyphs = glyphs, Count = 3 }.ToYaml());
        Recipe recipe = ProjectReader.Read(_directory.Path, Name("p")).Recipe;
        Assert.Equal(glyphs, recipe.Glyphs);
        Assert.Equal(3, recipe.CountPerMaster);
        Assert.Equal(new FillColour(255, 255, 255), recipe.Fill);

        _directory.Write("projects/p/project.yaml",
            new ProjectDraft { Name = Name("p"), Label = "p", Program = "data_augmentation/my \"own\".py" }.ToYaml());
        Assert.Equal(["data_augmentation/my \"own\".py"], ProjectReader.Read(_directory.Path, Name("p")).Recipe.Program);
    }

    private static PortableName Name(string text) => PortableName.Parse(text, "project");
}
