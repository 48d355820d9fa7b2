using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>docs/from-lfs.md, typed word for word in an empty directory, with the real git-lfs.</summary>
public sealed class FromLfsWalkTests
{
    [Fact]
    public void The_page_can_be_typed_as_it_stands()
    {
        using Scene scene = new();
        IReadOnlyList<(string Command, string Printed)> steps =
            ReadmeWalkTests.Walk(scene, "docs/from-lfs.md", File.ReadAllText(SourceTree.At("docs/from-lfs.md")));

        Assert.True(steps.Count > 25, $"only {steps.Count} commands were found");
        Assert.Equal("", steps.First(static s => s.Command == "git lfs ls-files").Printed);
    }
}
