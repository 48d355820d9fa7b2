using DlStore.Learning.Records;
using DlStore.Operations.Lineage;
using DlStore.Operations.Tasks;
using DlStore.TestKit;

namespace DlStore.Tests.Lineage;

/// <summary>The files beside an attempt's record are what the record says, or a finding.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Home = "tasks/t/attempts/1/";
    private readonly OpenedRepo _repo = new();

    public AuditTests()
    {
        _repo.Write(".dlstore/kinds/net.yaml", "source: trainer\ntrain: sh train.sh\ncollect: ['**']\nlog: {metrics: [{pattern: '^step (?<step>\\d+) loss (?<loss>[\\d.]+)', step: step}]}\n"u8.ToArray());
        _repo.Write("old/best.pth", "weights"u8.ToArray());
        _repo.Write("old/log.txt", "step 1 loss 0.5\nstep 2 loss 0.25\n"u8.ToArray());
        using Repo repo = _repo.Open();
        TaskImport.Run(
            repo, new TaskImportOptions { Name = "t", Kind = "net", Paths = [_repo.At("old")], Weight = "best.pth", Log = "log.txt" },
            CancellationToken.None);
    }

    public void Dispose() => _repo.Dispose();

    [Fact]
    public async Task An_attempt_as_it_was_written_has_no_finding_beside_it()
    {
        Assert.DoesNotContain(await FindingsAsync(), IsBeside);
        Assert.Contains("0.25", File.ReadAllText(_repo.At(Home + "metrics.jsonl")), StringComparison.Ordinal);
        WithoutDigests();
        Assert.DoesNotContain(await FindingsAsync(), IsBeside);
    }

    [Fact]
    public async Task Line_ends_that_git_turned_are_no_finding()
    {
        foreach (string name in (string[])["sums.sha256", "metrics.jsonl", "provenance.json"])
        {
            _repo.Write(Home + name, System.Text.Encoding.UTF8.GetBytes(
                File.ReadAllText(_repo.At(Home + name)).Replace("\n", "\r\n", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(await FindingsAsync(), IsBeside);
    }

    [Theory]
    [InlineData("sums.sha256", "AUDIT_SUMS_DIFFER", true)]
    [InlineData("metrics.jsonl", "AUDIT_METRICS_DIFFER", true)]
    [InlineData("provenance.json", "AUDIT_PROVENANCE_DIFFER", true)]
    [InlineData("sums.sha256", "AUDIT_SUMS_DIFFER", false)]
    [InlineData("metrics.jsonl", "AUDIT_METRICS_DIFFER", false)]
    public async Task An_edited_file_is_a_finding(string name, string code, bool withDigests)
    {
        if (!withDigests)
        {
            WithoutDigests();
        }

        string text = File.ReadAllText(_repo.At(Home + name));
        int at = text.Length - 1;
        while (!char.IsAsciiDigit(text[at]))
        {
            at--;
        }

        _repo.Write(Home + name, System.Text.Encoding.UTF8.GetBytes(text[..at] + (text[at] == '7' ? '8' : '7') + text[(at + 1)..]));

        AuditFinding finding = Assert.Single(await FindingsAsync(), IsBeside);
        Assert.Equal(code, finding.Code);
        Assert.Contains(Home + name, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sums.sha256", "AUDIT_SUMS_MISSING")]
    [InlineData("metrics.jsonl", "AUDIT_METRICS_MISSING")]
    public async Task A_file_that_is_gone_is_a_finding(string name, string code)
    {
        File.Delete(_repo.At(Home + name));

        Assert.Equal(code, Assert.Single(await FindingsAsync(), IsBeside).Code);
    }

    private static bool IsBeside(AuditFinding finding) => finding.Code.Contains("SUMS", StringComparison.Ordinal)
        || finding.Code.Contains("METRICS", StringComparison.Ordinal) || finding.Code.Contains("PROVENANCE", StringComparison.Ordinal);

    private void WithoutDigests()
    {
        AttemptRecord record = AttemptRecord.Parse(File.ReadAllBytes(_repo.At(Home + AttemptRecord.FileName)), "attempt.json");
        Assert.Equal(3, record.Beside!.Count);
        _repo.Write(Home + AttemptRecord.FileName, (record with { Beside = null }).ToBytes());
    }

    private async Task<IReadOnlyList<AuditFinding>> FindingsAsync()
    {
        using Repo repo = _repo.Open();
        return (await Audit.RunAsync(repo, new AuditOptions(), CancellationToken.None)).Findings;
    }
}
