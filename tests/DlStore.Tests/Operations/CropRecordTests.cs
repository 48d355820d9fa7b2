using DlStore.Operations.Projects;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

public sealed class CropRecordTests : IDisposable
{
    private readonly TempDir _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_example_of_the_format_page_is_read_and_written_as_it_stands()
    {
        string example = FormatPage.Read("crops").Text("dls-crops 1");
        string file = _directory.Write("crops.tsv", example);

        SortedDictionary<string, CropLine> lines = CropRecord.Read(file, "crops.tsv");
        CropRecord.Write(file, lines.Values);

        Assert.Equal(["lu_shot.jpg", "ru_shot.jpg"], lines.Keys);
        Assert.Equal(680, lines["ru_shot.jpg"].X);
        Assert.Equal(example, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("x\n", 1)]
    [InlineData("dls-crops 1\npiece\n", 2)]
    [InlineData("dls-crops 1\npiece\tsha256\tsource\tsource_sha256\tx\ty\twidth\theight\nlu_a.jpg\tzz\ta.jpg\tzz\t0\t0\t1\t1\n", 3)]
    [InlineData("dls-crops 1\npiece\tsha256\tsource\tsource_sha256\tx\ty\twidth\theight", 2)]
    public void Anything_else_is_refused_with_its_line(string text, int line)
    {
        string file = _directory.Write("crops.tsv", text);

        DlsException e = Assert.Throws<DlsException>(() => CropRecord.Read(file, "crops.tsv"));

        Assert.Contains($"crops.tsv:{line}'", e.Message, StringComparison.Ordinal);
    }
}
