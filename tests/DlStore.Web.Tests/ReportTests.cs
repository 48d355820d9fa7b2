using System.Text.Json;
using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Web.Tests;

/// <summary>The same pages as files.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly Scene _scene = new();

    public ReportTests() => ServedScene.Fill(_scene);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Every_link_leads_to_a_file_and_nothing_is_asked_from_elsewhere()
    {
        _scene.Dls("repo", "report", "--out", "../report").Expect(0);

        string[] pages = Directory.GetFiles(_scene.At("report"), "*.html");
        Assert.True(pages.Length >= 11);
        foreach (string page in pages)
        {
            string text = File.ReadAllText(page);
            Assert.DoesNotContain("http:", text.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("<script>window", text, StringComparison.Ordinal);
            foreach (Match link in Regex.Matches(text, "(?:href|src)=\"([^\"#]+)[^\"]*\""))
            {
                string to = link.Groups[1].Value;
                Assert.True(to.StartsWith("data:", StringComparison.Ordinal) || File.Exists(Path.Combine(_scene.At("report"), to)),
                    $"{Path.GetFileName(page)} leads to {to}");
            }
        }

        string net = File.ReadAllText(_scene.At("report/task-net1.html"));
        Assert.Contains("id=\"attempt-1\"", net, StringComparison.Ordinal);
        Assert.Contains("id=\"attempt-2\"", net, StringComparison.Ordinal);
        Assert.Contains("lineage-", net, StringComparison.Ordinal);
        Assert.Contains("compare the 4 best of ssd by map", File.ReadAllText(_scene.At("report/index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_is_one_file_with_everything_in_it()
    {
        _scene.Dls("repo", "task", "diff", "try0", "try2", "hostile", "--html", "../diff.html").Expect(0);

        string text = File.ReadAllText(_scene.At("diff.html"));
        Assert.Contains("parameter lr", text, StringComparison.Ordinal);
        Assert.Contains("src=\"data:text/javascript;base64,", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window", text, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/", text, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"/", text, StringComparison.Ordinal);
        Assert.Contains("not that of a page", _scene.Dls("repo", "task", "diff", "try0", "try2", "--html", "x.txt").Expect(2).Error,
            StringComparison.Ordinal);
        _scene.Dls("repo", "task", "diff", "try0", "nothing", "--html", "x.html").Expect(2);
        _scene.Dls("repo", "dataset", "preview", "nothing", "--html", "x.html").Expect(2);
    }

    [Fact]
    public void What_is_said_stands_where_the_output_of_others_ends()
    {
        string dls = string.Join(' ', DlsProcess.Command().Select(static w => $"'{w}'"));
        _scene.RunProgram("sh", ["-c", $"(echo start; {dls} report --out ../shared; echo end) > ../said"], _scene.At("repo")).Expect(0);

        string[] lines = File.ReadAllLines(_scene.At("said"));
        Assert.Equal(3, lines.Length);
        Assert.Equal(("start", "end"), (lines[0], lines[2]));
        Assert.StartsWith("wrote ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_the_place_is_not_replaced_but_a_report_with_force()
    {
        _scene.Write("mine/x.txt", "mine\n");
        _scene.Dls("repo", "report", "--out", "../mine").Expect(1);
        _scene.Dls("repo", "report", "--out", "../mine", "--force").Expect(1);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("mine/x.txt")));
        _scene.Dls("repo", "report", "--out", "../report").Expect(0);
        Assert.Contains("--force", _scene.Dls("repo", "report", "--out", "../report").Expect(1).Error, StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse(_scene.Dls("repo", "report", "--out", "../report", "--force", "--json").Expect(0).Output);

        Assert.True(json.RootElement.GetProperty("pages").GetInt32() >= 11);
        Assert.Empty(Directory.GetDirectories(_scene.Root, "*.dls-tmp*"));
    }
}
