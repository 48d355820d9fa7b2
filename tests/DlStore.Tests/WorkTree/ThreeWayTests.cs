using DlStore.Objects;
using DlStore.TestKit;
using DlStore.Tests.Objects;
using DlStore.WorkTree;
using Xunit.Abstractions;

namespace DlStore.Tests.WorkTree;

/// <summary>Base, pointer and disk against plain dictionaries.</summary>
public sealed class ThreeWayTests(ITestOutputHelper output)
{
    /// <summary>Base, pointer, disk; equal letters are equal bytes.</summary>
    private static readonly Dictionary<string, PathState> Truth = new()
    {
        ["---"] = PathState.Clean,
        ["--A"] = PathState.Added,
        ["-A-"] = PathState.NotPulled,
        ["-AA"] = PathState.Clean,
        ["-AB"] = PathState.Modified,
        ["A--"] = PathState.Clean,
        ["A-A"] = PathState.Stale,
        ["A-B"] = PathState.Conflict,
        ["AA-"] = PathState.Deleted,
        ["AAA"] = PathState.Clean,
        ["AAB"] = PathState.Modified,
        ["AB-"] = PathState.Conflict,
        ["ABA"] = PathState.Stale,
        ["ABB"] = PathState.Clean,
        ["ABC"] = PathState.Conflict,
    };

    [Fact]
    public void States_follow_the_truth_table()
    {
        HashSet<string> seen = [];
        foreach (char b in "-ABC")
        {
            foreach (char p in "-ABC")
            {
                foreach (char d in "-ABC")
                {
                    string pattern = Canonical($"{b}{p}{d}");
                    seen.Add(pattern);

                    Assert.Equal((pattern, Truth[pattern]), (pattern, PathStates.Of(Entry(b), Entry(p), Entry(d))));
                }
            }
        }

        Assert.Equal(Truth.Count, seen.Count);
    }

    [Fact]
    public void A_change_of_mode_alone_is_a_change()
    {
        PathEntry file = new(TreeMode.File, TreeStock.OidOf("x"), 1, 1);
        PathEntry executable = file with { Mode = TreeMode.Executable };

        Assert.Equal(PathState.Modified, PathStates.Of(file, file, executable));
        Assert.Equal(PathState.Stale, PathStates.Of(file, executable, file));
    }

    [Fact]
    public void Walks_and_merges_equal_the_dictionary()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 60; round++)
        {
            using TempDir temp = new();
            Dictionary<string, string> pointer = RandomTree(random, []);
            Dictionary<string, string> wasOut = RandomTree(random, pointer);
            Dictionary<string, string> disk = RandomTree(random, random.Next(2) == 0 ? pointer : wasOut);
            Sides sides = new(temp, wasOut, pointer, disk);

            Assert.Equal(Sides.Show(sides.ExpectedVisits()), Sides.Show(sides.Visits()));
            Assert.Equal(Sides.ShowTree(sides.ExpectedRecorded()), Sides.ShowTree(sides.Recorded()));
            Assert.Equal(Sides.ShowTree(sides.ExpectedPresent()), Sides.ShowTree(sides.Present()));
        }
    }

    [Fact]
    public void Nothing_is_read_where_pointer_and_disk_agree()
    {
        using TempDir temp = new();
        Dictionary<string, string> files = Enumerable.Range(0, 200).ToDictionary(i => $"d{i % 10}/f{i}", i => $"{i}");
        Sides sides = new(temp, files, files, files);
        sides.Stock.Reads = 0;

        Assert.Empty(sides.Visits());

        Assert.Equal(0, sides.Stock.Reads);
    }

    private static PathEntry Entry(char c) => c == '-' ? default : new PathEntry(TreeMode.File, TreeStock.OidOf($"{c}"), 1, 1);

    private static string Canonical(string pattern)
    {
        string letters = "";
        foreach (char c in pattern)
        {
            letters += c != '-' && !letters.Contains(c, StringComparison.Ordinal) ? c : "";
        }

        return string.Concat(pattern.Select(c => c == '-' ? '-' : (char)('A' + letters.IndexOf(c, StringComparison.Ordinal))));
    }

    /// <summary>Few names and three levels, so that one side's file is another's directory; partly taken over from another tree.</summary>
    private static Dictionary<string, string> RandomTree(Random random, Dictionary<string, string> from)
    {
        Dictionary<string, string> files = from.Where(_ => random.Next(3) > 0).ToDictionary();
        for (int n = random.Next(12); n > 0; n--)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)].ToString()));
            bool clash = files.Keys.Any(f => Sides.IsBelow(f, path) || Sides.IsBelow(path, f));
            if (!clash)
            {
                files[path] = $"{random.Next(3)}";
            }
        }

        return files;
    }

    /// <summary>One case: three trees, and what the code and the dictionaries make of them.</summary>
    private sealed class Sides
    {
        private readonly Dictionary<string, string> _wasOut;
        private readonly Dictionary<string, string> _pointer;
        private readonly Dictionary<string, string> _disk;
        private readonly PathEntry _wasOutTree;
        private readonly PathEntry _pointerTree;
        private readonly DiskTree _scan;

        public Sides(TempDir temp, Dictionary<string, string> wasOut, Dictionary<string, string> pointer, Dictionary<string, string> disk)
        {
            (_wasOut, _pointer, _disk) = (wasOut, pointer, disk);
            _wasOutTree = Directory(Stock.WriteTree(wasOut));
            _pointerTree = Directory(Stock.WriteTree(pointer));
            temp.MakeDirectory("tree");
            foreach ((string path, string content) in disk)
            {
                temp.Write("tree/" + path, content);
            }

            _scan = Scanner.Scan(temp.At("tree"), null, null, null, 2, CancellationToken.None);
            new FileIngest(_scan, null, null, 1 << 20, 2, null).Run(CancellationToken.None);
            _scan.Seal(Stock.Put, null);
            Assert.Equal(Stock.WriteTree(disk).Oid, _scan.Totals.Oid);
        }

        public TreeStock Stock { get; } = new();

        public static bool IsBelow(string path, string directory) => path.StartsWith(directory + "/", StringComparison.Ordinal);

        public static string Show(IEnumerable<(string Path, Oid B, Oid P, Oid D)> visits) =>
            string.Join('\n', visits.Order().Select(v => $"{v.Path} {v.B.ToShort()} {v.P.ToShort()} {v.D.ToShort()}"));

        public static string ShowTree(IEnumerable<KeyValuePair<string, Oid>> files) =>
            string.Join('\n', files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value.ToShort()}"));

        public List<(string, Oid, Oid, Oid)> Visits()
        {
            Collector collector = new();
            new ThreeWay(Stock.Read, _scan).Walk(_wasOutTree, _pointerTree, collector);
            return collector.Seen;
        }

        public IEnumerable<(string, Oid, Oid, Oid)> ExpectedVisits() => _pointer.Keys.Union(_disk.Keys)
            .Select(p => (p, Of(_wasOut, p), Of(_pointer, p), Of(_disk, p))).Where(v => v.Item3 != v.Item4);

        public IEnumerable<KeyValuePair<string,
            Oid>> Recorded() => Stock.ReadTree(new TreeMerge(Stock.Read, Stock.Put).Recorded(_wasOutTree, _pointerTree, _scan).Oid);

        /// <summary>
        /// What is on disk, and of the pointer what was never out here, unless a file and a directory would have to share a name.
        /// </summary>
        public IEnumerable<KeyValuePair<string, Oid>> ExpectedRecorded()
        {
            Dictionary<string, Oid> expected = _disk.ToDictionary(d => d.Key, d => TreeStock.OidOf(d.Value));
            foreach ((string path, string content) in _pointer)
            {
                bool clash = _disk.Keys.Any(d => IsBelow(d, path) || IsBelow(path, d));
                if (!clash && !_disk.ContainsKey(path) && !_wasOut.ContainsKey(path))
                {
                    expected[path] = TreeStock.OidOf(content);
                }
            }

            return expected;
        }

        public IEnumerable<KeyValuePair<string, Oid>> Present() => Stock.ReadTree(
            new TreeMerge(Stock.Read, Stock.Put).Present(_wasOutTree, _pointerTree, _scan, static _ => false).Oid);

        /// <summary>
        /// Paths that pointer and disk both have, in the pointer's version where that is on disk, else in that of the base.
        /// </summary>
        public IEnumerable<KeyValuePair<string, Oid>> ExpectedPresent()
        {
            foreach (string path in _disk.Keys)
            {
                bool named = _pointer.ContainsKey(path) || _pointer.Keys.Any(p => IsBelow(p, path));
                Oid oid = Of(_pointer, path) == Of(_disk, path) ? Of(_pointer, path) : Of(_wasOut, path);
                if (named && !oid.IsZero)
                {
                    yield return new(path, oid);
                }
            }
        }

        private static Oid Of(Dictionary<string, string> files, string path) => files.TryGetValue(path, out string? content)
            ? TreeStock.OidOf(content) : default;

        private static PathEntry Directory(TreeTotals t) => new(TreeMode.Directory, t.Oid, t.Size, t.Files);

        private sealed class Collector : ThreeWayVisitor
        {
            public List<(string, Oid, Oid, Oid)> Seen { get; } = [];

            public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
            {
                Assert.False(wasOut.IsDirectory || pointer.IsDirectory || disk.IsDirectory);
                Seen.Add((path, wasOut.Oid, pointer.Oid, disk.Oid));
            }
        }
    }
}
