using DlStore.Images;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>extend, annotate and crop.</summary>
public sealed class ProjectMasterTests : IDisposable
{
    private readonly Scene _scene = new();

    public ProjectMasterTests()
    {
        _scene.MakeRepo();
        _scene.Write("crop.jpg", Crops.Jpg(60, 40));
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg").Expect(0);
        _scene.Commit("repo", "close");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("lu", 0)]
    [InlineData("ru", 340)]
    public void R06_the_labelling_aid_is_white_with_the_master_in_its_corner(string placement, int left)
    {
        _scene.Dls("repo", "project", "extend", "close", "--placement", placement).Expect(0);

        Raster aid = Jpeg.Decode(File.ReadAllBytes(_scene.At("repo/projects/close/master/image_extended.jpg")), "aid");
        Raster crop = Crops.Picture(60, 40);
        Assert.Equal((400, 400), (aid.Width, aid.Height));
        Assert.True(Difference(aid, crop, left) < 8, $"{Difference(aid, crop, left)}");
        Assert.True(aid.Row(399)[0] > 250 && aid.Row(200)[600] > 250);
        Assert.Contains("image_extended.jpg.dls", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
        string xml = File.ReadAllText(_scene.At("repo/projects/close/master/image_extended.xml")).Replace("\n", "").Replace("\t", "");
        Assert.Contains($"<xmin>{left + 1}</xmin><ymin>1</ymin><xmax>{left + 60}</xmax><ymax>40</ymax>", xml, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "lint", "close").Expect(0);
        Assert.Contains("unchanged",
            _scene.Dls("repo", "project", "extend", "close", "--placement", placement).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R06_a_master_larger_than_the_aid_is_refused()
    {
        RunResult result = _scene.Dls("repo", "project", "extend", "close", "--size", "59x400").Expect(1);

        Assert.Contains("it is 60x40, larger than 59x400", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/projects/close/master/image_extended.jpg")));
        _scene.Dls("repo", "project", "extend", "close", "--size", "own").Expect(2);
        _scene.Dls("repo", "project", "extend", "close", "--color", "256").Expect(2);
        _scene.Dls("repo", "project", "extend", "close", "--placement", "lu,ru").Expect(2);
        _scene.Dls("repo", "project", "extend", "nowhere").Expect(2);
    }

    [Fact]
    public void An_aid_that_somebody_drew_in_is_kept_and_with_force_goes_to_the_trash()
    {
        _scene.Dls("repo", "project", "extend", "close").Expect(0);
        _scene.Dls("repo", "project", "extend", "close", "--size", "200x200").Expect(0);
        byte[] drawn = Crops.Jpg(200, 200, 9);
        _scene.Write("repo/projects/close/master/image_extended.jpg", drawn);

        Assert.Contains("somebody changed", _scene.Dls("repo", "project", "extend", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal(drawn, File.ReadAllBytes(_scene.At("repo/projects/close/master/image_extended.jpg")));
        RunResult forced = _scene.Dls("repo", "project", "extend", "close", "--force").Expect(0);

        string id = forced.Error.Split("dls trash restore ")[1].Split('`')[0];
        Assert.Contains(drawn, Directory.GetFiles(
            _scene.At($"repo/.git/dls/trash/{id}"), "image_extended.jpg", SearchOption.AllDirectories).Select(File.ReadAllBytes));
    }

    [Fact]
    public void Annotate_fits_exactly_and_replaces_another_annotation_only_when_told()
    {
        string file = _scene.At("repo/projects/close/master/image.xml");
        string exact = File.ReadAllText(file);
        Assert.Contains("unchanged", _scene.Dls("repo", "project", "annotate", "close").Expect(0).Output, StringComparison.Ordinal);
        File.WriteAllText(file, exact.Replace("<xmax>60<", "<xmax>59<"));

        Assert.Contains("says something else (close at 1,1,59,40)",
            _scene.Dls("repo", "project", "annotate", "close").Expect(1).Error, StringComparison.Ordinal);
        RunResult forced = _scene.Dls("repo", "project", "annotate", "close", "--force").Expect(0);
        Assert.Equal(exact, File.ReadAllText(file));
        Assert.Contains("dls trash restore ", forced.Error, StringComparison.Ordinal);

        File.WriteAllText(file, "no xml");
        _scene.Git("repo", "add", "projects/close/master/image.xml");
        Assert.DoesNotContain(
            "trash", _scene.Dls("repo", "project", "annotate", "close", "--force").Expect(0).Error, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("wrote projects/close/master/image.xml  close at 1,1,60,40",
            _scene.Dls("repo", "project", "annotate", "close").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(exact, File.ReadAllText(file));
    }

    [Fact]
    public void R22_a_shot_is_cut_into_its_upper_corners_with_the_offset_recorded()
    {
        byte[] shot = Crops.Jpg(1080, 2400);
        _scene.Write("shots/画面.jpg", shot);

        _scene.Dls("repo", "project", "crop", "../shots/画面.jpg", "--to", "../pieces").Expect(0);

        Raster picture = Jpeg.Decode(shot, "shot");
        foreach ((string corner, int x) in ((string, int)[])[("lu", 0), ("ru", 680)])
        {
            byte[] bytes = File.ReadAllBytes(_scene.At($"pieces/{corner}_画面.jpg"));
            Raster piece = Jpeg.Decode(bytes, corner);
            Assert.Equal((400, 400), (piece.Width, piece.Height));
            Raster cut = new(400, 400);
            for (int y = 0; y < 400; y++)
            {
                picture.Row(y).Slice(3 * x, 1200).CopyTo(cut.Row(y));
            }

            Assert.True(Difference(piece, cut, 0) < 3);
            string line = $"{corner}_画面.jpg\t{Hex(bytes)}\t画面.jpg\t{Hex(shot)}\t{x}\t0\t400\t400\n";
            Assert.Contains(line, File.ReadAllText(_scene.At("pieces/crops.tsv")), StringComparison.Ordinal);
        }

        TreeSnapshot before = TreeSnapshot.Of(_scene.At("pieces"));
        Assert.Contains("unchanged ../pieces/ru_画面.jpg",
            _scene.Dls("repo", "project", "crop", "../shots/画面.jpg", "--to", "../pieces").Expect(0).Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("pieces")));
    }

    [Fact]
    public void Crop_never_replaces_another_picture_and_refuses_small_and_clashing_shots()
    {
        _scene.Write("a/s.jpg", Crops.Jpg(500, 500, 1));
        _scene.Write("b/s.jpg", Crops.Jpg(500, 500, 2));
        _scene.Write("b/small.jpg", Crops.Jpg(300, 500, 2));
        _scene.Dls("repo", "project", "crop", "../a/s.jpg", "--to", "../p", "--corners", "lu").Expect(0);
        byte[] first = File.ReadAllBytes(_scene.At("p/lu_s.jpg"));

        Assert.Contains("is another picture",
            _scene.Dls("repo", "project", "crop", "../b/s.jpg", "--to", "../p").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("both would write 'lu_s.jpg'",
            _scene.Dls("repo", "project", "crop", "../a/s.jpg", "../b/s.jpg", "--to", "../q").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("it is 300x500, smaller than 400x400", _scene.Dls(
            "repo", "project", "crop", "../a/s.jpg", "../b/small.jpg", "--to", "../q").Expect(1).Error, StringComparison.Ordinal);

        Assert.Equal(first, File.ReadAllBytes(_scene.At("p/lu_s.jpg")));
        Assert.False(Directory.Exists(_scene.At("q")));
        Assert.Equal(["crops.tsv", "lu_s.jpg"], Directory.GetFiles(_scene.At("p")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    /// <summary>The mean difference of a picture and the part of another one that begins at a column.</summary>
    private static double Difference(Raster whole, Raster part, int left)
    {
        double sum = 0;
        for (int y = 0; y < part.Height; y++)
        {
            for (int i = 0; i < 3 * part.Width; i++)
            {
                sum += Math.Abs(whole.Row(y)[(3 * left) + i] - part.Row(y)[i]);
            }
        }

        return sum / part.Pixels.Length;
    }
}
