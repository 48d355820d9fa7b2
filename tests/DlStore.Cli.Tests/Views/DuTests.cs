using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Views;

/// <summary>Who needs the space of the store.</summary>
public sealed class DuTests : IDisposable
{
    private const int Large = 2 << 20;
    private readonly Scene _scene = new();

    public DuTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/a/one.bin", Scene.Pattern(Large, 1));
        _scene.Write("repo/a/both.bin", Scene.Pattern(Large, 2));
        _scene.Write("repo/b/both.bin", Scene.Pattern(Large, 2));
        Record("one");
        _scene.Write("repo/a/one.bin", Scene.Pattern(Large, 3));
        Record("two");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Each_path_has_what_only_it_needs_now_and_before_and_the_rest_is_shared()
    {
        JsonElement result = Du();

        Dictionary<string, JsonElement> paths = result.GetProperty("paths").EnumerateArray().ToDictionary(
            static p => p.GetProperty("path").GetString()!);
        Assert.InRange(Bytes(paths["a"].GetProperty("now")), Large, Large + 8000);
        Assert.InRange(Bytes(paths["a"].GetProperty("older")), Large, Large + 8000);
        Assert.True(Bytes(paths["b"].GetProperty("now")) < 4000);
        Assert.Equal(0, Bytes(paths["b"].GetProperty("older")));
        Assert.InRange(Bytes(result.GetProperty("shared")), Large, Large + 8000);
        Assert.Equal(2 * Large, paths["a"].GetProperty("size").GetInt64());

        // What is counted is what lies there.
        long counted = Bytes(result.GetProperty("shared")) + paths.Values.Sum(
            static p => Bytes(p.GetProperty("now")) + Bytes(p.GetProperty("older")));
        Assert.InRange(result.GetProperty("storeBytes").GetInt64() - counted, 0, 8000);
    }

    [Fact]
    public void A_moved_path_has_its_bytes_and_its_old_name_nothing()
    {
        _scene.Dls("repo", "mv", "a", "c").Expect(0);
        Dictionary<string, long> now = Du().GetProperty("paths").EnumerateArray().ToDictionary(
            static p => p.GetProperty("path").GetString()!, static p => Bytes(p.GetProperty("now")));
        Assert.InRange(now["c"], Large, Large + 8000);
        Assert.Equal(0, now["a"]);
    }

    [Fact]
    public void Each_version_of_a_path_has_what_no_other_version_needs()
    {
        JsonElement result = Du("a");

        Assert.Equal(["two", "one"], result.GetProperty("versions").EnumerateArray().Select(
            static v => v.GetProperty("version").GetProperty("subject").GetString()));
        Assert.All(result.GetProperty("versions").EnumerateArray(), static v => Assert.InRange(Bytes(v.GetProperty("own")), Large, Large + 4000));
        Assert.Equal(Large, Bytes(result.GetProperty("shared")));
        Assert.Contains("only this version", _scene.Dls("repo", "du", "a/one.bin").Expect(0).Output, StringComparison.Ordinal);
        Assert.StartsWith("error: du 'nosuch': ", _scene.Dls("repo", "du", "nosuch").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_here_is_said_and_not_counted()
    {
        _scene.Dls("repo", "push", "--all", "--quiet").Expect(0);
        _scene.Clone("repo", "clone");
        RunResult run = _scene.Dls("clone", "du").Expect(3);
        Assert.Contains("not counted: ", run.Output, StringComparison.Ordinal);
    }

    private static long Bytes(JsonElement stored) => stored.GetProperty("bytes").GetInt64();

    private JsonElement Du(params string[] arguments) =>
        JsonDocument.Parse(_scene.Dls("repo", ["du", .. arguments, "--json"]).Expect(0).Output).RootElement;

    private void Record(string message)
    {
        _scene.Dls("repo", "add", "a", "b", "--quiet").Expect(0);
        _scene.Commit("repo", message);
    }
}
