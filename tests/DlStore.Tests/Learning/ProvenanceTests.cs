using System.Text.Json;
using DlStore.Learning.Records;
using DlStore.Objects;

namespace DlStore.Tests.Learning;

/// <summary>A statement says what is known: digests of one set name the same bytes, and no two subjects have one name.</summary>
public sealed class ProvenanceTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static Oid Digest(string text) => Oid.Of(System.Text.Encoding.UTF8.GetBytes(text));

    private static JsonElement Statement(AttemptSource source, params string[] versions)
    {
        AttemptStart start = new()
        {
            N = 1,
            Id = new string('a', 32),
            Kind = "net",
            KindDigest = Digest("kind"),
            Host = "local",
            Created = "2026-01-02T03:04:05Z",
            By = "A U Thor",
            Commit = Commit,
            Train = "sh train.sh",
            Parameters = new SortedDictionary<string, string>(),
            Sources = [source],
        };
        AttemptRecord record = new()
        {
            N = 1,
            Id = start.Id,
            Kind = "net",
            State = RunState.Done,
            Best = [.. versions.Select(static v => new BestVersion("backup/x_best.weights", Digest(v), 1, "2026-01-02T03:04:05Z", 1, "", false))],
        };
        TaskRecord task = new() { Name = "t", Created = start.Created, By = start.By, Kinds = ["net"], Attempts = [start] };
        using JsonDocument document = JsonDocument.Parse(Provenance.ToBytes(task, start, record));
        return document.RootElement.Clone();
    }

    private static JsonElement Dependency(JsonElement statement, string name) => statement.GetProperty("predicate").GetProperty("buildDefinition")
        .GetProperty("resolvedDependencies").EnumerateArray().Single(d => d.GetProperty("name").GetString() == name);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_tree_that_is_not_as_committed_has_no_commit_among_its_digests(bool isDirty, bool isWithheld)
    {
        JsonElement statement = Statement(new AttemptSource(
            "trainer", Commit, Digest("tree"), 2, isDirty ? ["train.sh"] : [], isWithheld ? ["key.pem sha256:x"] : [], null), "v");

        JsonElement source = Dependency(statement, "source:trainer");
        JsonElement repository = Dependency(statement, "repository");
        bool isClean = !isDirty && !isWithheld;
        Assert.Equal(isClean, source.GetProperty("digest").TryGetProperty("gitCommit", out _));
        Assert.True(source.GetProperty("digest").TryGetProperty("dlsTree", out _));
        Assert.Equal(isClean ? null : Commit, source.TryGetProperty("annotations", out JsonElement notes)
            ? notes.GetProperty("basedOnCommit").GetString() : null);
        Assert.Equal(isClean, repository.TryGetProperty("digest", out _));
        Assert.Equal(!isClean, repository.TryGetProperty("uri", out _));
    }

    [Fact]
    public void Several_versions_of_one_file_are_several_subjects()
    {
        JsonElement statement = Statement(new AttemptSource("../x", null, Digest("tree"), 1, [], [], null), "first", "second", "third");

        string[] names = [.. statement.GetProperty("subject").EnumerateArray().Select(static s => s.GetProperty("name").GetString()!)];
        Assert.Equal([$"backup/x_best.weights@{Digest("first").ToHex()}", $"backup/x_best.weights@{Digest("second").ToHex()}",
            "backup/x_best.weights"], names);
    }
}
