using System.Globalization;
using DlStore.Data.Sets;
using DlStore.Learning.Records;
using DlStore.Operations.Datasets;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Compares what was decided for two attempts and what they were made of, along the chain: program, parameters, classes, data, weights.
/// </summary>
internal sealed class AttemptComparison(Repo repo, AttemptOfTask a, AttemptOfTask b)
{
    private readonly List<TaskDifference> _found = [];

    /// <summary>Compares.</summary>
    /// <returns>What differs; empty if both were made the same way and came to the same weights.</returns>
    public IReadOnlyList<TaskDifference> Run()
    {
        AttemptStart x = a.Start, y = b.Start;
        Add("state", "state", State(a), State(b));
        Add("kind", "name", x.Kind, y.Kind);
        Add("kind", "digest", x.KindDigest.ToString(), y.KindDigest.ToString());
        Add("command", "train", x.Train, y.Train);
        Add("command", "test", x.Test, y.Test);
        AddAll("parameter", x.Parameters, y.Parameters);
        Add("commit", "repository", Empty(x.Commit), Empty(y.Commit));
        AddSources();
        AddAll("class", Numbered(x.Classes), Numbered(y.Classes));
        AddData();
        Add("testset", "name", x.TestSet, y.TestSet);
        Add("testset", "tree", x.TestSetTree?.ToString(), y.TestSetTree?.ToString());
        Add("initial", "weights", Input(x.Initial), Input(y.Initial));
        AddAll("input", x.Inputs.ToDictionary(static i => i.Path, static i => i.Oid.ToString()),
            y.Inputs.ToDictionary(static i => i.Path, static i => i.Oid.ToString()));
        AddAll("accept", x.Accept, y.Accept);
        Add("weights", "digest", a.Record?.Weights?.Oid.ToString(), b.Record?.Weights?.Oid.ToString());
        Add("weights", "inherited", Inherited(a), Inherited(b));
        return _found;
    }

    private void Add(string section, string name, string? was, string? now)
    {
        if (was != now)
        {
            _found.Add(new TaskDifference(section, name, was, now));
        }
    }

    private void AddAll(string section, IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now)
    {
        foreach (string key in was.Keys.Union(
            now.Keys).OrderBy(static k => k.Length > 0 && char.IsAsciiDigit(k[0]) ? k.PadLeft(10, '0') : k, StringComparer.Ordinal))
        {
            Add(section, key, was.GetValueOrDefault(key), now.GetValueOrDefault(key));
        }
    }

    private void AddSources()
    {
        Dictionary<string, AttemptSource> was = ByPlace(a.Start), now = ByPlace(b.Start);
        foreach (string place in was.Keys.Union(now.Keys))
        {
            AttemptSource? old = was.GetValueOrDefault(place), other = now.GetValueOrDefault(place);
            string of = place == "0" ? "" : $" {int.Parse(place, CultureInfo.InvariantCulture) + 1}";
            Add("source", "path" + of, old?.Path, other?.Path);
            Add("commit", "source" + of, old?.Commit, other?.Commit);
            Add("source", "tree" + of, old?.Tree.ToString(), other?.Tree.ToString());
            Add("source", "not as committed" + of, Join(old?.Dirty), Join(other?.Dirty));
        }
    }

    private void AddData()
    {
        AttemptData? x = a.Start.Data, y = b.Start.Data;
        Add("data", "name", x?.Name, y?.Name);
        Add("data", "canvas", x?.Canvas, y?.Canvas);
        Add("data", "layout", x?.Layout, y?.Layout);
        Add("data", "dirHash", x?.DirHash.ToString(), y?.DirHash.ToString());
        if (x is not null && y is not null && x.DirHash != y.DirHash)
        {
            AddAll("items", ItemsOf(x), ItemsOf(y));
        }
    }

    /// <summary>
    /// Counts items by the lock that had this hash, in the work tree or at any commit; without it the counts are not known.
    /// </summary>
    private Dictionary<string, string> ItemsOf(AttemptData data)
    {
        LockedCanvas? canvas;
        try
        {
            canvas = DatasetVersion.Get(repo, data.DirHash.ToString()).Lock.Canvases.Values.FirstOrDefault(c => c.DirHash == data.DirHash);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            return new() { ["images"] = "unknown: no lock here has this hash" };
        }

        Dictionary<string, string> counts = [];
        if (canvas is not null)
        {
            counts["images"] = string.Create(
                CultureInfo.InvariantCulture, $"{canvas.Images} ({canvas.Sides[0]} train, {canvas.Sides[1]} val, {canvas.Sides[2]} test)");
            foreach (LockedClass one in canvas.Classes)
            {
                counts["class " + one.Name] = string.Create(
                    CultureInfo.InvariantCulture,
                        $"{one.Train} train, {one.Val} val, {one.Test} test, {CountWords.Of(one.Boxes, "box", "boxes")}");
            }

            foreach (LockedSource source in canvas.Sources)
            {
                counts[$"{ImageOrigins.Name(source.Kind)} {source.Name}"] = string.Create(
                    CultureInfo.InvariantCulture, $"{CountWords.Of(source.Images, "image")}, {source.Distinct} distinct");
            }
        }

        return counts;
    }

    private static string State(AttemptOfTask attempt) => attempt.Record is { } record ? RunStates.Name(record.State) : "not collected";

    private static string? Inherited(AttemptOfTask attempt) => attempt.Record?.Weights is { } weights
        ? weights.Inherited ? "yes" : "no" : null;

    private static string? Empty(string text) => text.Length == 0 ? null : text;

    private static string? Join(IReadOnlyList<string>? items) => items is { Count: > 0 } ? string.Join(", ", items) : null;

    private static string? Input(AttemptInput? input) => input is null
        ? null : input.Task is null ? input.Oid.ToString() : $"{input.Oid} of task {input.Task}";

    private static Dictionary<string, AttemptSource> ByPlace(AttemptStart start) =>
        start.Sources.Select(static (s, i) => (s, i)).ToDictionary(static p => p.i.ToString(CultureInfo.InvariantCulture), static p => p.s);

    private static Dictionary<string, string> Numbered(IReadOnlyList<string> classes) =>
        classes.Select(static (c, i) => (c, i)).ToDictionary(static p => p.i.ToString(CultureInfo.InvariantCulture), static p => p.c);
}
