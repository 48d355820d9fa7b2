using System.Text;
using System.Text.RegularExpressions;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;
using DlStore.Targets;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>
/// A digest that is none, or a word that means nothing, stops at the reader of its file: kind Corrupt, file and line named.
/// </summary>
public sealed class BadRecordTests
{
    private static readonly Oid Some = Oid.Of("some"u8);

    [Theory]
    [InlineData("task.json", "kindDigest")]
    [InlineData("task.json", "testSetTree")]
    [InlineData("task.json", "dirHash")]
    [InlineData("task.json", "view")]
    [InlineData("task.json", "tree")]
    [InlineData("task.json", "oid")]
    [InlineData("attempt.json", "log")]
    [InlineData("attempt.json", "outputs")]
    [InlineData("attempt.json", "oid")]
    [InlineData("attempt.json", "sums.sha256")]
    [InlineData("x.lock", "recipe")]
    [InlineData("x.lock", "tree")]
    [InlineData("x.lock", "key")]
    [InlineData("x.lock", "dirHash")]
    [InlineData("x.lock", "build")]
    [InlineData("0001-x.json", "oid")]
    [InlineData("0001-x.json", "dirHash")]
    public void The_file_and_the_line_are_named(string file, string key)
    {
        (byte[] good, Action<byte[]> read) = Sample(file);
        read(good);
        string text = Encoding.UTF8.GetString(good);
        Match first = Regex.Match(text, $"\"{Regex.Escape(key)}\": \"(sha256:[0-9a-f]{{64}})\"");
        Assert.True(first.Success, $"no '{key}' in\n{text}");

        foreach (string bad in (string[])["sha256:12", first.Groups[1].Value.ToUpperInvariant(), "", "../x\\n"])
        {
            int line = text[..first.Index].Count(static c => c == '\n') + 1;
            byte[] bytes = Encoding.UTF8.GetBytes(
                text[..first.Groups[1].Index] + bad + text[(first.Groups[1].Index + first.Groups[1].Length)..]);
            DlsException error = Assert.Throws<DlsException>(() => read(bytes));
            Assert.Equal(ErrorKind.Corrupt, error.Kind);
            Assert.StartsWith($"read '{file}': line {line}: '", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("' is no digest", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("action", "deploy", "Deploy", "action of a deploy journal")]
    [InlineData("outcome", "done", "", "outcome of a deploy journal")]
    [InlineData("role", "data", "1", "role of a deployed file")]
    [InlineData("what", "tree", "trees", "sort of a deployed file")]
    public void A_word_that_a_journal_does_not_have_is_refused_where_it_stands(string key, string good, string bad, string what)
    {
        string text = Encoding.UTF8.GetString(Entry().ToBytes());
        Assert.Contains($"\"{key}\": \"{good}\"", text, StringComparison.Ordinal);

        DlsException error = Assert.Throws<DlsException>(() => Deployment.Parse(Encoding.UTF8.GetBytes(
            text.Replace($"\"{key}\": \"{good}\"", $"\"{key}\": \"{bad}\"", StringComparison.Ordinal)), "0001-x.json"));

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Matches($"^read '0001-x.json': line [0-9]+: '{bad}' is no {what}$", error.Message);
    }

    [Fact]
    public void A_state_that_no_attempt_has_is_refused_where_it_stands()
    {
        string text = Encoding.UTF8.GetString(Attempt().ToBytes());
        Assert.Contains("\"state\": \"done\"", text, StringComparison.Ordinal);

        DlsException error = Assert.Throws<DlsException>(() => AttemptRecord.Parse(Encoding.UTF8.GetBytes(
            text.Replace("\"state\": \"done\"", "\"state\": \"finished\"", StringComparison.Ordinal)), "attempt.json"));

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Matches("^read 'attempt.json': line [0-9]+: 'finished' is no state of an attempt$", error.Message);
    }

    [Fact]
    public void An_action_that_no_rule_has_is_refused_where_it_stands()
    {
        AttemptAlarm alarm = RunEvidence.ParseAlarm("0\twarn\tnan\t2\tloss nan")!;
        string text = Encoding.UTF8.GetString((Attempt() with { Alarms = [alarm] }).ToBytes());
        Assert.Contains("\"action\": \"warn\"", text, StringComparison.Ordinal);
        Assert.Equal(alarm, Assert.Single(AttemptRecord.Parse(Encoding.UTF8.GetBytes(text), "attempt.json").Alarms));
        Assert.Null(RunEvidence.ParseAlarm("0\tWarn\tnan\t2\tloss nan"));

        DlsException error = Assert.Throws<DlsException>(() => AttemptRecord.Parse(Encoding.UTF8.GetBytes(
            text.Replace("\"action\": \"warn\"", "\"action\": \"warned\"", StringComparison.Ordinal)), "attempt.json"));

        Assert.Equal(ErrorKind.Corrupt, error.Kind);
        Assert.Matches("^read 'attempt.json': line [0-9]+: 'warned' is no action of an alarm$", error.Message);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("unreadable")]
    public void What_a_target_cannot_tell_is_never_recorded(string sort)
    {
        string text = Encoding.UTF8.GetString(
            Entry().ToBytes()).Replace("\"what\": \"tree\"", $"\"what\": \"{sort}\"", StringComparison.Ordinal);

        Assert.Contains("a file is of no sort that is recorded",
            Assert.Throws<DlsException>(() => Deployment.Parse(Encoding.UTF8.GetBytes(text), "x")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0\tfile\txyz\t1\t1\t-\t0\t-\tsame\tyes\n")]
    [InlineData("0\tfiles\t-\t1\t1\t-\t0\t-\tsame\tyes\n")]
    public void A_target_that_answers_with_what_no_script_says_is_refused(string answer)
    {
        Assert.Equal(FileSort.Unreadable, Assert.Single(InPlace.Parse("t", ["p"], "0\tunreadable\t\t1\t1\t-\t0\t-\tsame\tyes\n")).What);

        Assert.Contains("it says what is at 0 of 1 paths",
            Assert.Throws<DlsException>(() => InPlace.Parse("t", ["p"], answer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_whose_record_has_one_is_made_again()
    {
        using TempDir dir = new();
        BuildImage(dir, Some.ToString());
        Assert.NotNull(BuildRecord.Find(dir.Path, "build"));

        BuildImage(dir, "sha256:12");

        Assert.Null(BuildRecord.Find(dir.Path, "build"));
    }

    private static void BuildImage(TempDir dir, string digest)
    {
        BuildRecord record = new(new BuildHeader(1, Some, "close", "own", "engine", Some, 1, 0),
            [new BuiltImage { Id = "close_0", Oid = Oid.Of("image"u8), Size = 1, Width = 1, Height = 1, Source = "" }]);
        string text = Encoding.UTF8.GetString(
            record.ToBytes().Span).Replace(Oid.Of("image"u8).ToString(), digest, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(dir.Path, BuildRecord.FileName), text);
    }

    private static (byte[] Good, Action<byte[]> Read) Sample(string file) => file switch
    {
        "task.json" => (Task().ToBytes(), b => TaskRecord.Parse(b, file)),
        "attempt.json" => (Attempt().ToBytes(), b => AttemptRecord.Parse(b, file)),
        "x.lock" => (Lock().ToBytes(), b => DatasetLock.Parse(b, file)),
        _ => (Entry().ToBytes(), b => Deployment.Parse(b, file)),
    };

    private static TaskRecord Task() => new()
    {
        Name = "t",
        Created = "2026-01-31T12:00:00Z",
        By = "A",
        Kinds = ["k"],
        Attempts =
        [
            new AttemptStart
            {
                N = 1,
                Id = new string('1', 32),
                Kind = "k",
                KindDigest = Some,
                Host = "local",
                Created = "2026-01-31T12:00:00Z",
                By = "A",
                Commit = "",
                Train = "",
                Parameters = new SortedDictionary<string, string>(),
                Data = new AttemptData("d", "own", Some, Some, "voc", Some),
                TestSetTree = Some,
                Sources = [new AttemptSource("p", null, Some, 1, [], [], null)],
                Initial = new AttemptInput("w", Some, 1, null, null),
            },
        ],
    };

    private static AttemptRecord Attempt() => new()
    {
        N = 1,
        Id = new string('1', 32),
        Kind = "k",
        State = RunState.Done,
        Log = Some,
        Outputs = Some,
        Files = [new OutputFile("f", Some, 1)],
        Beside = new SortedDictionary<string, Oid> { [AttemptRecord.SumsName] = Some },
    };

    private static DatasetLock Lock() => new()
    {
        Recipe = Some,
        Tree = Some,
        Split = "s",
        Canvases = new SortedDictionary<string, LockedCanvas>
        {
            ["own"] = new()
            {
                Key = Some,
                DirHash = Some,
                Bytes = 1,
                Images = 1,
                Sides = [1, 0, 0],
                Classes = [],
                Sources = [new LockedSource
                {
                    Name = "p",
                    Kind = ImageOrigin.Project,
                    Labels = [],
                    Images = 1,
                    Distinct = 1,
                    Masters = [Some],
                    Recipe = Some,
                    Build = Some,
                    SameMaster = true,
                    Unreviewed = false,
                }],
                Twins = new LockedTwins(0, 0, 0, 10000),
                Lint = new LockedLint(0, 0, new SortedDictionary<string, int>()),
            },
        },
    };

    private static Deployment Entry() => new()
    {
        Seq = 1,
        Id = new string('1', 32),
        Target = "t",
        Kind = "k",
        Action = DeployAction.Deploy,
        Live = new string('1', 32),
        Files = [new DeployedFile
        {
            Role = FileRole.Data,
            Path = "d",
            What = FileSort.Tree,
            Oid = Some,
            DirHash = Some,
            Release = $"0001-{new string('1', 32)}",
            Size = 1,
            Files = 1,
        }],
        Outcome = DeployOutcome.Done,
        At = "2026-01-31T12:00:00Z",
        By = "A",
    };
}
