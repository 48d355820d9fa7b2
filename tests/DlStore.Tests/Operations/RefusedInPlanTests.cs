using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Operations.Datasets;
using DlStore.Operations.Kinds;
using DlStore.TestKit;
using DlStore.Tests.Data;
using Xunit.Abstractions;

namespace DlStore.Tests.Operations;

/// <summary>What the plan of a command can see is refused by the plan: with --dry-run too, and before anything is written.</summary>
public sealed class RefusedInPlanTests(ITestOutputHelper output) : IDisposable
{
    private readonly OpenedRepo _repo = new();
    private readonly TempDir _outside = new();

    public void Dispose()
    {
        _repo.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_import_whose_class_list_lacks_a_label_is_refused(bool dryRun)
    {
        LabelledSet set = SampleSet.Random(_outside, Seeded.Start(output), 8);
        VocSet.Write(set, _outside.At("in"));
        string label = set.Images.SelectMany(static i => i.Objects).First().Label;
        File.WriteAllLines(_outside.At("in/classes.txt"), set.Classes.Where(c => c != label));
        using Repo repo = _repo.Open();
        TreeSnapshot before = TreeSnapshot.Of(_repo.Path, ".git");

        DlsException refused = Assert.Throws<DlsException>(() => DatasetImport.Run(repo,
            new DatasetImportOptions { Layout = "voc", From = _outside.At("in"), Name = "game", DryRun = dryRun }, CancellationToken.None));

        Assert.Contains("1 label is not in the class list", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{label}' in ", Assert.Single(refused.Items), StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_repo.Path, ".git"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_test_set_takes_no_picture_that_no_reader_can_open(bool dryRun)
    {
        _outside.Write("shots/a.jpg", SampleJpeg.Make(65_535, 65_535, "bomb"));
        using Repo repo = _repo.Open();

        DlsException refused = Assert.Throws<DlsException>(() => TestSetAdd.Run(repo,
            new TestSetAddOptions { Name = "t", Paths = [_outside.At("shots")], Label = "none", DryRun = dryRun }, CancellationToken.None));

        Assert.Contains("its 65535x65535 pixels are more than the 100000000 that are decoded", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_repo.At("testsets")));
    }

    [Fact]
    public void One_bad_kind_leaves_the_others_in_the_list()
    {
        _repo.Write("trainer/train.sh", "true\n"u8.ToArray());
        _repo.Write(
            ".dlstore/kinds/good.yaml", "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\nbest: {file: out/best.pth}\n"u8.ToArray());
        _repo.Write(".dlstore/kinds/bad.yaml", "{a\nb: 1}\n"u8.ToArray());
        _repo.Write(".dlstore/kinds/worse.yaml", "a\rb: 1\n"u8.ToArray());
        _repo.Write(".dlstore/kinds/binary.yaml", Encoding.Latin1.GetBytes("\0\u00ff"));
        using Repo repo = _repo.Open();

        KindListResult listed = KindList.Run(repo);

        Assert.Equal(["bad", "binary", "good", "worse"], listed.Kinds.Select(static k => k.Name));
        Assert.True(listed.Kinds.Single(static k => k.Name == "good") is { Problem: null },
            listed.Kinds.Single(static k => k.Name == "good").Problem);
        Assert.Equal(["bad", "binary", "worse"], listed.Kinds.Where(static k => k.Problem is not null).Select(static k => k.Name));
        Assert.All(listed.Kinds.Where(static k => k.Problem is not null),
            static k => Assert.Contains($".dlstore/kinds/{k.Name}.yaml", k.Problem, StringComparison.Ordinal));
    }
}
