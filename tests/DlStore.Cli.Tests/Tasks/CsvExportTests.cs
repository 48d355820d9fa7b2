using System.Text;
using System.Text.Json;
using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>The table of attempts: every cell comes back through a reader of RFC 4180, and none is a formula.</summary>
public sealed class CsvExportTests : IDisposable
{
    private static readonly string[] Fixed = ["task", "n", "kind", "state", "host", "created", "started", "finished", "seconds", "by", "commit",
        "dataset", "canvas", "dirHash", "testset", "weights", "memo"];
    private readonly Scene _scene = new();

    public CsvExportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_row_holds_what_was_recorded_and_columns_are_sorted_within_their_groups()
    {
        (AttemptStart start, AttemptRecord record) = Write();
        Dls("task", "memo", "try11", "worse, on \"dark\"\nscenes\n").Expect(0);

        string[][] table = Read(Dls("task", "export", "csv", "try11/ssd").Expect(0).Output);

        Assert.Equal([.. Fixed, "param.batch", "param.epochs", "log.avg_loss", "log.lr", "test.accuracy", "test.accuracy.閉じる"], table[0]);
        Assert.Equal(
            ["try11", "1", "ssd", "done", "local", "2026-01-31T11:59:00Z", "2026-01-31T12:00:00Z", "2026-01-31T13:00:00Z", "3600", "A U Thor",
                start.Commit, "game", "own", start.Data!.DirHash.ToString(), "", record.Weights!.Oid.ToString(), "worse, on \"dark\"\nscenes",
                "32", "20", "1E-05", "-inf", "0.75", "nan"],
            Assert.Single(table.Skip(1)));
    }

    [Fact]
    public void All_attempts_are_rows_the_newest_last_and_those_that_are_not_home_have_no_results()
    {
        Write();
        new FinishedTask { Name = "try11", Kind = "resnet34", State = RunState.Stopped, Finished = null }.Write(_scene);
        new FinishedTask { Name = "try10", State = RunState.Failed }.Write(_scene);
        Away("try10", "2026-02-01T00:00:00Z");
        Away("try12", "2025-01-01T00:00:00Z");

        RunResult result = Dls("task", "export", "csv").Expect(0);

        string[][] table = Read(result.Output);
        Assert.Equal(
            ["try12 1 unknown", "try10 1 failed", "try11 1 done", "try11 2 stopped", "try10 2 unknown"],
            table.Skip(1).Select(static r => $"{r[0]} {r[1]} {r[3]}"));
        string[] away = table[^1];
        Assert.All(Enumerable.Range(0, away.Length).Where(i => table[0][i] is "started" or "finished" or "seconds" or "weights"
            || table[0][i].StartsWith("log.", StringComparison.Ordinal) || table[0][i].StartsWith("test.", StringComparison.Ordinal)),
            i => Assert.Equal("", away[i]));
        Assert.Equal("", table[4][8]);
        Assert.Contains("2 of 5 attempts are not home and without results: try12/ssd #1, try10/ssd #2", result.Error, StringComparison.Ordinal);
        // Twice the same word is no two rows.
        Assert.Equal(3, Read(Dls("task", "export", "csv", "try11", "try11/ssd").Expect(0).Output).Length);
    }

    [Theory]
    [InlineData("-1.5", "-1.5")]
    [InlineData("+2", "+2")]
    [InlineData("-1E-05", "-1E-05")]
    [InlineData("-.5", "-.5")]
    [InlineData("-inf", "-inf")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0")]
    [InlineData("+1\n", "'+1\n")]
    [InlineData("-rf", "'-rf")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("'tis", "''tis")]
    [InlineData("a,\"b\"\r\nc", "a,\"b\"\r\nc")]
    [InlineData(" blank ", " blank ")]
    [InlineData("\u001b[31mred\0", "\\x1b[31mred\\x00")]
    [InlineData("a\\b", "a\\b")]
    [InlineData("閉じる;é🦆", "閉じる;é🦆")]
    [InlineData("\u202egpj.exe", "\\xe2\\x80\\xaegpj.exe")]
    public void No_cell_is_a_formula_and_numbers_stay_numbers(string value, string cell)
    {
        new FinishedTask { Name = "try11", Parameters = new SortedDictionary<string, string> { ["v"] = value } }.Write(_scene);

        string text = Dls("task", "export", "csv").Expect(0).Output;

        Assert.Equal(cell, Read(text)[1][^1]);
        using JsonDocument json = JsonDocument.Parse(Dls("task", "export", "csv", "--json").Expect(0).Output);
        Assert.Equal(value, json.RootElement.GetProperty("rows")[0].EnumerateArray().Last().GetString());
    }

    [Fact]
    public void Names_of_columns_are_one_line_and_no_two_are_the_same()
    {
        new FinishedTask
        {
            Name = "try11",
            Parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["a\nb"] = "1",
                ["a\\x0ab"] = "2",
                ["=x,\"y\""] = "3",
                ["-"] = "4",
            },
        }.Write(_scene);

        string[][] table = Read(Dls("task", "export", "csv").Expect(0).Output);

        Assert.Equal(["param.-", "param.=x,\"y\"", "param.a\\x0ab", "param.a\\\\x0ab"], table[0].Skip(Fixed.Length));
        Assert.Equal(["4", "3", "1", "2"], table[1].Skip(Fixed.Length));
    }

    [Fact]
    public void A_file_has_the_same_bytes_each_time_and_a_repository_without_tasks_has_titles()
    {
        Assert.Equal(string.Join(',', Fixed) + "\n", Dls("task", "export", "csv").Expect(0).Output);
        Write();
        string text = Dls("task", "export", "csv").Expect(0).Output;

        RunResult written = Dls("task", "export", "csv", "--out", "../-runs.csv").Expect(0);

        Assert.Equal("wrote ../-runs.csv  1 attempt, 23 columns\n", written.Output);
        Assert.Equal(text, File.ReadAllText(_scene.At("-runs.csv")));
        Assert.DoesNotContain('\r', text);
        Assert.Equal(1, Dls("task", "export", "csv", "--out", "no/such/dir.csv").ExitCode);
        Assert.Equal(2, Dls("task", "export", "csv", "nope").ExitCode);
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private (AttemptStart Start, AttemptRecord Record) Write() => new FinishedTask
    {
        Name = "try11",
        Data = new AttemptData("game", "own", FinishedTask.Digest("tree"), FinishedTask.Digest("dir"), "voc", FinishedTask.Digest("tree")),
        Metrics = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["avg_loss"] = "1E-05", ["lr"] = "-inf" },
        Result = new AttemptResult(
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["accuracy"] = "0.75", ["accuracy.閉じる"] = "nan" }, 4),
    }.Write(_scene);

    /// <summary>Adds an attempt that has no record.</summary>
    private void Away(string task, string created)
    {
        PortableName name = PortableName.Parse(task, "task");
        TaskRecord? before = TaskRecord.Find(_scene.At("repo"), name);
        TaskRecord record = before ?? new() { Name = task, Created = created, By = "A U Thor", Kinds = ["ssd"] };
        int n = record.Attempts.Count + 1;
        AttemptStart start = new()
        {
            N = n,
            Id = FinishedTask.Digest($"{task} {n}").ToHex()[..32],
            Kind = "ssd",
            KindDigest = FinishedTask.Digest("kind"),
            Host = "local",
            Created = created,
            By = "A U Thor",
            Commit = new string('c', 40),
            Train = "sh train.sh",
            Parameters = new SortedDictionary<string, string>(),
            Sources = [],
        };
        _scene.Write($"repo/{TaskRecord.FileOf(name)}", (record with { Attempts = [.. record.Attempts, start] }).ToBytes());
    }

    /// <summary>A reader of RFC 4180 that takes nothing else: fields, quotes doubled, and as many fields in each record.</summary>
    private static string[][] Read(string text)
    {
        List<string[]> records = [];
        List<string> fields = [];
        int at = 0;
        while (at < text.Length)
        {
            StringBuilder field = new();
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    at += text[at] == '"' ? 1 : 0;
                    field.Append(text[at]);
                }

                at++;
            }
            else
            {
                for (; text[at] is not (',' or '\n'); at++)
                {
                    Assert.False(text[at] is '"' or '\r', "a quote or a carriage return outside of quotes");
                    field.Append(text[at]);
                }
            }

            fields.Add(field.ToString());
            Assert.True(text[at] is ',' or '\n', "text after the quotes");
            if (text[at++] == '\n')
            {
                records.Add([.. fields]);
                fields.Clear();
            }
        }

        Assert.Empty(fields);
        Assert.All(records, r => Assert.Equal(records[0].Length, r.Length));
        return [.. records];
    }
}
