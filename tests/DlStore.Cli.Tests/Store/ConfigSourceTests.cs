using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// The repository's id and settings are read from the work tree, else from git's index, else from HEAD, and never made anew over committed
/// ones.
/// </summary>
public sealed class ConfigSourceTests : IDisposable
{
    private const string Committed = ".dlstore/config";
    private readonly Scene _scene = new();
    private readonly string _id;

    public ConfigSourceTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/in/data/a", "1\n");
        _scene.Write("repo/out/.gitignore", "*.tmp\n");
        _scene.Write("repo/.dlstore/kinds/ssd.yaml", "source: trainer\ntrain: sh train.sh\ncollect: [out/**]\n");
        _scene.Dls("repo", "config", "core.packThreshold", "262144").Expect(0);
        _scene.Dls("repo", "add", "in/data").Expect(0);
        _scene.Commit("repo", "data");
        _scene.Dls("repo", "push").Expect(0);
        _id = Id(_scene.Git("repo", "show", "HEAD:" + Committed));
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sparse_clone_works_with_what_is_committed(bool sparseIndex)
    {
        Sparse(sparseIndex);

        _scene.Dls("clone", "pull").Expect(0);
        RunResult init = _scene.Dls("clone", "init").Expect(0);

        Assert.Contains("is committed and not in this work tree", init.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrote", init.Output, StringComparison.Ordinal);
        Assert.Contains(_id, _scene.Dls("clone", "doctor").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains(_id, _scene.Dls("clone", "config", "core.repoId").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        _scene.Write("clone/in/data/b", "2\n");
        _scene.Dls("clone", "add", "in/data").Expect(0);
        _scene.Commit("clone", "more");
        _scene.Dls("clone", "push").Expect(0);
        Assert.Equal([_id], Directory.GetDirectories(_scene.At("remote/pins")).Select(static d => Path.GetFileName(d)));
    }

    [Theory]
    [InlineData("remote", "add", "second", "../second")]
    [InlineData("host", "add", "gpu", "me@gpu.lab")]
    [InlineData("target", "add", "t", "--host", "local", "--kind", "ssd", "--home", "/tmp/t")]
    [InlineData("config", "core.packThreshold", "65536")]
    public void A_setting_made_in_a_sparse_clone_is_added_to_the_committed_ones(params string[] command)
    {
        Sparse(sparseIndex: false);

        _scene.Dls("clone", command).Expect(0);

        string staged = _scene.Git("clone", "show", ":" + Committed);
        Assert.Equal(_id, Id(staged));
        Assert.Contains("packThreshold", staged, StringComparison.Ordinal);
        Assert.Contains("[remote \"lab\"]", staged, StringComparison.Ordinal);
        Assert.NotEqual(_scene.Git("clone", "show", "HEAD:" + Committed), staged);
        Assert.Equal("M  " + Committed, _scene.Git("clone", "status", "--porcelain"));
        _scene.Commit("clone", "setting");
        _scene.Git("clone", "sparse-checkout", "reapply");
        Assert.Equal("", _scene.Git("clone", "status", "--porcelain"));
        _scene.Dls("clone", "status").Expect(0);
    }

    [Fact]
    public void The_hint_of_doctor_brings_the_file_back()
    {
        Sparse(sparseIndex: false);
        Assert.Contains("git sparse-checkout add .dlstore", _scene.Dls("clone", "doctor").Error, StringComparison.Ordinal);

        _scene.Git("clone", "sparse-checkout", "add", ".dlstore");

        Assert.True(File.Exists(_scene.At("clone/" + Committed)));
    }

    [Fact]
    public void The_ignore_file_of_a_directory_that_is_left_out_keeps_its_lines()
    {
        Sparse(sparseIndex: false);
        _scene.Write("clone/out/new", "new\n");

        _scene.Dls("clone", "add", "out/new").Expect(0);

        Assert.Equal("*.tmp\n/new", _scene.Git("clone", "show", ":out/.gitignore"));
        Assert.DoesNotContain(" D ", _scene.Git("clone", "status", "--porcelain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deleted_directory_is_not_a_repository_without_an_id(bool alsoFromIndex)
    {
        Directory.Delete(_scene.At("repo/.dlstore"), recursive: true);
        if (alsoFromIndex)
        {
            _scene.Git("repo", "rm", "-q", "--cached", Committed);
        }

        Assert.Contains(_id, _scene.Dls("repo", "doctor").Output, StringComparison.Ordinal);
        Assert.Contains(
            alsoFromIndex ? "from HEAD" : "from git's index", _scene.Dls("repo", "init").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "remote", "add", "second", "../second").Expect(0);

        Assert.Equal(_id, Id(_scene.Git("repo", "show", ":" + Committed)));
        Assert.Contains("packThreshold", File.ReadAllText(_scene.At("repo/" + Committed)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_lost_its_id_gets_the_committed_one_back()
    {
        _scene.Write("repo/" + Committed, "[core]\n\tpackThreshold = 65536\n");

        RunResult init = _scene.Dls("repo", "init").Expect(0);

        Assert.Contains("wrote the committed repository id", init.Output, StringComparison.Ordinal);
        Assert.Equal(_id, Id(File.ReadAllText(_scene.At("repo/" + Committed))));
        Assert.Contains("65536", File.ReadAllText(_scene.At("repo/" + Committed)), StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_is_unmerged_our_side_counts_and_nothing_is_written()
    {
        _scene.Git("repo", "branch", "theirs");
        _scene.Dls("repo", "config", "core.packThreshold", "1000").Expect(0);
        _scene.Commit("repo", "ours");
        _scene.Git("repo", "checkout", "-q", "theirs");
        _scene.Dls("repo", "config", "core.packThreshold", "2000").Expect(0);
        _scene.Commit("repo", "theirs");
        _scene.Git("repo", "checkout", "-q", "main");
        Assert.NotEqual(0, _scene.TryGit("repo", "merge", "-q", "theirs").ExitCode);

        Assert.Contains("1000", _scene.Dls("repo", "config", "core.packThreshold").Expect(0).Output, StringComparison.Ordinal);
        RunResult doctor = _scene.Dls("repo", "doctor").Expect(4);
        Assert.Contains("is unmerged; our side of it counts", doctor.Output, StringComparison.Ordinal);
        string before = File.ReadAllText(_scene.At("repo/" + Committed));
        Assert.Contains(
            "it is unmerged", _scene.Dls("repo", "config", "core.packThreshold", "3000").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_scene.At("repo/" + Committed)));
        _scene.Git("repo", "checkout", "--ours", Committed);
        _scene.Git("repo", "add", Committed);
        Assert.DoesNotContain("unmerged", _scene.Dls("repo", "doctor").Output, StringComparison.Ordinal);
    }

    private void Sparse(bool sparseIndex)
    {
        _scene.Git(".", "clone", "-q", "--no-checkout", "repo", "clone");
        _scene.Git("clone", "sparse-checkout", "set", "--cone", sparseIndex ? "--sparse-index" : "--no-sparse-index", "in");
        _scene.Git("clone", "checkout", "-q", "main");
        Assert.False(Path.Exists(_scene.At("clone/.dlstore")));
    }

    private static string Id(
        string text) => text.Split('\n').Single(static l => l.Contains("repoId", StringComparison.Ordinal)).Split('=')[1].Trim();
}
