using System.Text;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Tasks;
using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.WorkTree;

/// <summary>Every name that a tree or a pointer may have goes through every file of lines and comes back as it was.</summary>
public sealed class EveryNameTests
{
    [Fact]
    public void A_line_holds_any_name_and_gives_it_back()
    {
        Assert.True(EveryName.All.Count > 1500, $"{EveryName.All.Count}");
        HashSet<byte> bytes = [.. EveryName.All.SelectMany(Encoding.UTF8.GetBytes)];
        // Valid UTF-8 never has C0, C1 and F5 to FF; NUL and '/' are no part of a name.
        Assert.Equal([0, (byte)'/', 0xC0, 0xC1, .. Enumerable.Range(0xF5, 11).Select(static b => (byte)b)],
            Enumerable.Range(0, 256).Select(static b => (byte)b).Where(b => !bytes.Contains(b)));
        foreach (string name in EveryName.All)
        {
            string line = EscapedLine.Escape(name);

            Assert.DoesNotContain(line, char.IsControl);
            Assert.Equal(name, EscapedLine.Unescape(line));
        }

        Assert.Equal(EveryName.All.Count, EveryName.All.Select(EscapedLine.Escape).Distinct().Count());
    }

    [Theory]
    [InlineData(@"a\\b\nc", "a\\b\nc")]
    [InlineData("a\rb", "a\rb")]
    [InlineData(@"a\\x41", @"a\x41")]
    [InlineData(@"ends\", @"ends\")]
    [InlineData(@"\x0d\xc2\x85", "\r\u0085")]
    public void Lines_of_earlier_versions_read_the_same(string line, string name) => Assert.Equal(name, EscapedLine.Unescape(line));

    [Fact]
    public void The_trash_gives_back_every_name()
    {
        using TempDir temp = new();
        string[] paths = [.. EveryName.All.Select(static (n, i) => i % 2 == 0 ? n : $"d{i}\r/{n}")];
        foreach (string path in paths)
        {
            temp.Write("tree/" + path, $"bytes of {path}");
        }

        TreeSnapshot before = TreeSnapshot.Of(temp.At("tree"));
        Trash trash = new(temp.At("trash"), TimeProvider.System);

        TrashEntry moved = trash.Move(temp.At("tree"), paths, "a test");
        Assert.DoesNotContain(Directory.EnumerateFiles(temp.At("tree"), "*", SearchOption.AllDirectories), static _ => true);
        TrashEntry listed = Assert.Single(trash.List());
        RestoredPaths restored = trash.Restore(moved.Id, null);

        Assert.Equal(paths, listed.Paths);
        Assert.Equal(paths, restored.Restored);
        Assert.Empty(restored.Left);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(temp.At("tree")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.At("trash")));
    }

    [Fact]
    public void Base_journal_and_trust_give_back_every_managed_path()
    {
        using TempDir temp = new();
        Oid oid = Oid.Of("x"u8);
        StringBuilder text = new("dls-base 1\n");
        foreach (string name in EveryName.OfPointers.Order(StringComparer.Ordinal))
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"blob {oid} 1 2 3 4 644 5 {name}\n");
        }

        RelPath[] paths = [.. EveryName.OfPointers.Select(RelPath.Parse)];
        IReadOnlyDictionary<RelPath, InterruptedCheckout> begun = CheckoutJournal.Read(temp.Path).Begin(
            [.. paths.Select(p => KeyValuePair.Create(p, oid))]);
        CheckoutJournal journal = CheckoutJournal.Read(temp.Path);
        Assert.All(paths, p => Assert.Equal(begun[p], journal.Find(p)));
        journal.End(paths);
        Assert.True(CheckoutJournal.Read(temp.Path).IsEmpty);

        temp.Write("base", text.ToString());
        Assert.Equal(EveryName.OfPointers.Order(StringComparer.Ordinal), Base.Read(temp.Path).Paths);
        Base more = Base.Read(temp.Path);
        more.Set(RelPath.Parse("one more"), BaseEntry.OfTree(oid, 1));
        more.Write();
        Assert.Equal(EveryName.OfPointers.Append("one more").Order(StringComparer.Ordinal), Base.Read(temp.Path).Paths);

        TrustList trust = new(temp.Path);
        trust.Allow(EveryName.All.Select(static n => new TrustedCommand(n, n, Oid.Of(Encoding.UTF8.GetBytes(n)))));
        Assert.Equal(EveryName.All, trust.List().Select(static t => t.Value));
    }

    [Fact]
    public void Git_ignores_exactly_the_managed_paths_by_the_lines_for_them()
    {
        using OpenedRepo made = new();
        using Repo repo = made.Open();
        using (WorkTreeChange change = WorkTreeChange.Open(repo))
        {
            Assert.All(EveryName.OfPointers, n => Assert.True(change.Ignore(RelPath.Parse(n))));
            change.Commit();
        }

        string[] lines = File.ReadAllText(made.At(".gitignore")).Split('\n');
        // A leading ':' would be magic to git's own command line.
        byte[] input = Encoding.UTF8.GetBytes(
            string.Concat(EveryName.OfPointers.SelectMany(static n => (string[])[$"./{n}\0", $"./{n}~\0"])));
        string[] answers = RunningProgram.Run(
            "git", ["check-ignore", "-v", "-n", "-z", "--no-index", "--stdin"], made.Path, made.Environment, input).Output.Split('\0');

        for (int i = 0; i + 3 < answers.Length; i += 4)
        {
            string path = answers[i + 3][2..];
            bool managed = EveryName.OfPointers.Contains(path);
            Assert.True(managed == (answers[i].Length > 0), $"'{EntryName.Show(path)}' by '{answers[i + 2]}'");
        }

        Assert.Equal(EveryName.OfPointers.Count * 8, answers.Length - 1);
        Assert.Equal(EveryName.OfPointers.Count, lines.Length - 1);
        using (WorkTreeChange change = WorkTreeChange.Open(repo))
        {
            Assert.All(EveryName.OfPointers, n => Assert.False(change.Ignore(RelPath.Parse(n))));
            foreach (string name in EveryName.OfPointers.Where(static (_, i) => i % 40 == 0))
            {
                change.Unignore(RelPath.Parse(name));
            }

            change.Commit();
        }

        Assert.Equal(
            EveryName.OfPointers.Where(static (_, i) => i % 40 != 0).Count(),
            File.ReadAllText(made.At(".gitignore")).Split('\n').Length - 1);
    }

    [Fact]
    public void Sha256sum_checks_every_name_in_the_list_of_sums()
    {
        using TempDir temp = new();
        List<KeyValuePair<string, PathEntry>> files = [];
        foreach (string name in EveryName.All)
        {
            byte[] bytes = Encoding.UTF8.GetBytes($"bytes of {name}");
            temp.Write("out/work/" + name, bytes);
            files.Add(new("work/" + name, new PathEntry(TreeMode.File, Oid.Of(bytes), bytes.Length, 1)));
        }

        temp.Write("sums", OutputSums.Of(files));
        RunResult result = RunningProgram.Run(
            "sha256sum", ["-c", "--quiet", "--strict", "../sums"], temp.At("out"), TempRepo.SealedEnvironment(temp.Path), null);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
