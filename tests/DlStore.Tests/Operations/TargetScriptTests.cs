using DlStore.Objects;
using DlStore.Targets;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>The scripts that run on targets, as shells see them.</summary>
public sealed class TargetScriptTests : IDisposable
{
    private readonly TempDir _directory = new();

    public static TheoryData<string, string> NamesAndShells()
    {
        TheoryData<string, string> all = [];
        foreach (string name in TargetScript.Names)
        {
            foreach (string shell in (string[])["sh", "dash", "bash"])
            {
                all.Add(name, shell);
            }
        }

        return all;
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(NamesAndShells))]
    public void Shells_read_every_script(string name, string shell)
    {
        string file = _directory.Write(name + ".sh", TargetScript.Text(name));

        RunResult result = RunningProgram.Run(
            shell, shell == "bash" ? ["--posix", "-n", file] : ["-n", file], _directory.Path, TempRepo.SealedEnvironment(_directory.Path));

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.True(TargetScript.Text(name).Length < DlStore.Ssh.HostScript.LengthMax / 4, "the host reads it byte by byte");
    }

    [Theory]
    [InlineData("../x", false)]
    [InlineData("/x", false)]
    [InlineData("a/../b", false)]
    [InlineData("a//b", false)]
    [InlineData(".dls/current", false)]
    [InlineData("-rf", false)]
    [InlineData("a\nb", false)]
    [InlineData("", false)]
    [InlineData("weights/best weight's.pth", true)]
    [InlineData("a/.dls/b", true)]
    public void Paths_of_entries_stay_inside(string path, bool ok) => Assert.Equal(ok, DeployedFile.IsInside(path));

    [Theory]
    [InlineData("\"seq\": 1", "\"seq\": 0")]
    [InlineData("\"role\": \"weight\"", "\"role\": \"other\"")]
    [InlineData("weights/best.pth", "../best.pth")]
    [InlineData("\"what\": \"file\"", "\"what\": \"pipe\"")]
    [InlineData("\"action\": \"deploy\"", "\"action\": \"destroy\"")]
    [InlineData("\"target\": \"gaa\"", "\"target\": \"../gaa\"")]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("sha256:", "sha1:")]
    public void An_entry_that_somebody_made_up_is_refused(string good, string bad)
    {
        string id = new('a', 32);
        Deployment entry = new()
        {
            Seq = 1,
            Id = id,
            Target = "gaa",
            Kind = "ssd",
            Action = DeployAction.Deploy,
            Live = id,
            Outcome = DeployOutcome.Done,
            At = "2026-01-31T12:00:00Z",
            By = "A",
            Files = [new DeployedFile
            {
                Role = FileRole.Weight,
                Path = "weights/best.pth",
                What = FileSort.File,
                Oid = Oid.Parse("sha256:" + new string('b', 64)),
                Size = 3,
                Files = 1,
            }],
        };
        string text = System.Text.Encoding.UTF8.GetString(entry.ToBytes());
        Assert.Equal(entry.ToBytes(), Deployment.Parse(entry.ToBytes(), "x").ToBytes());
        Assert.Contains(good, text, StringComparison.Ordinal);

        DlsException error = Assert.Throws<DlsException>(
            () => Deployment.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal)), "x"));

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
    }
}
