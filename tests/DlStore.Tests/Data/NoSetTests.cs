using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

/// <summary>A directory that holds no data set is said to hold none, with what lies there; nothing is taken for a set of darknet.</summary>
public sealed class NoSetTests
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a.jpg", "what is there: 1 picture")]
    [InlineData("a.jpg,b.png,notes.md,below/c.jpg", "what is there: 3 pictures, 1 .md file")]
    [InlineData("a.txt,b.txt,README", "what is there: 0 pictures, 2 .txt files, 1 other file")]
    public void It_says_what_is_there(string files, string said)
    {
        using TempDir dir = new();
        foreach (string file in files.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            dir.Write(file, "x\n");
        }

        DlsException lint = Assert.Throws<DlsException>(() => DatasetLint.RunAny(dir.Path, new LintOptions { Shown = "set" }, out _));
        DlsException seen = Assert.Throws<DlsException>(() => SetLayouts.Detect(dir.Path));

        Assert.Null(LayoutSight.See(dir.Path));
        Assert.Equal($"lint 'set': it holds no data set; {said}", lint.Message);
        Assert.Equal($"read data set '{dir.Path}': it holds no data set; {said}", seen.Message);
        Assert.Contains("beside each picture", lint.Hint, StringComparison.Ordinal);
        Assert.Throws<DlsException>(() => SetLayouts.Read(SetLayout.Darknet, dir.Path));
    }

    [Fact]
    public void The_one_directory_below_that_holds_a_set_is_named()
    {
        using TempDir dir = new();
        dir.Write("inner/data.yaml", "train: a\nval: b\nnames: [x]\n");

        DlsException refused = Assert.Throws<DlsException>(() => DatasetLint.RunAny(dir.Path, new LintOptions { Shown = "set/" }, out _));

        Assert.Equal("a set lies in 'set/inner': name that directory", refused.Hint);
    }

    [Fact]
    public void Pictures_with_label_files_and_no_names_are_YOLO_labels_that_lack_their_names()
    {
        using TempDir dir = new();
        dir.Write("a.jpg", SampleJpeg.Make(100, 100, "a"));
        dir.Write("a.txt", "0 0.5 0.5 0.2 0.2\n");

        SetReading read = SetLayouts.Read(SetLayouts.Detect(dir.Path), dir.Path);

        Assert.Equal(SetForm.YoloPairs, read.Form);
        Assert.Contains(read.Findings, static f => f is { Code: "SET_BAD", File: "classes.txt" } && f.Message.EndsWith(
            "write one with a name a line, that of class 0 first", StringComparison.Ordinal));
    }
}
