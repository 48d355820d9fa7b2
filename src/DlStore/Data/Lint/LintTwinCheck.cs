using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Objects;

namespace DlStore.Data.Lint;

/// <summary>Finds images with equal bytes, what labels they have, and on which sides they are.</summary>
internal sealed class LintTwinCheck(LintFacts facts, bool namesCarryLabels, List<Finding> findings)
{
    private readonly List<LintImage[]> _groups = [];
    private int _images;
    private int _distinct;

    public LintTwins Run()
    {
        Group();
        if (_groups.Count > 0)
        {
            LintImage[] largest = _groups[0];
            string message = $"{_groups.Sum(static g => g.Length)} of {_images} images have copies in the set, {_distinct} are distinct; "
                + $"largest group: '{largest[0].File}' and {largest.Length - 1} more, first '{largest[1].File}'";
            findings.Add(LintCodes.Twin.At(facts.Places.Images, 0, message, "vary them more, or make fewer"));
        }

        (int conflicting, double ceiling) = CheckLabels();
        CheckSides();
        return new LintTwins(_images,
            _distinct, [.. _groups.Select(static g => (IReadOnlyList<string>)[.. g.Select(static i => i.Id)])], conflicting, ceiling);
    }

    private void Group()
    {
        Dictionary<Oid, List<LintImage>> byOid = [];
        foreach (LintImage image in facts.Images)
        {
            if (!image.Oid.IsZero)
            {
                _images++;
                if (!byOid.TryGetValue(image.Oid, out List<LintImage>? same))
                {
                    // Most images are alone: no room for more yet.
                    same = new List<LintImage>(1);
                    byOid.Add(image.Oid, same);
                }

                same.Add(image);
            }
        }

        _distinct = byOid.Count;
        _groups.AddRange(byOid.Values.Where(static s => s.Count > 1).Select(static s => s.ToArray()));
        _groups.Sort(static (a, b) => a.Length != b.Length ? b.Length.CompareTo(a.Length) : string.CompareOrdinal(a[0].Id, b[0].Id));
    }

    private (int Conflicting, double Ceiling) CheckLabels()
    {
        Conflict byXml = Conflicts(LabelOfXml);
        Conflict byName = namesCarryLabels ? Conflicts(static i => LintFacts.LabelOfName(i.Id)) : default;
        if (byXml.Images + byName.Images == 0)
        {
            return (0, 1);
        }

        List<string> said = [];
        if (byXml.Images > 0)
        {
            said.Add(Say("annotation", byXml, LabelOfXml));
        }

        if (byName.Images > 0)
        {
            said.Add(Say("file name", byName, static i => LintFacts.LabelOfName(i.Id)));
        }

        findings.Add(LintCodes.TwinLabelConflict.At(
            facts.Places.Images, 0, string.Join("; ", said), "give equal images one label, or remove the copies"));
        return (Math.Max(byXml.Images, byName.Images), 1 - ((double)Math.Max(byXml.Wrong, byName.Wrong) / _images));
    }

    private string Say(string by, Conflict conflict, Func<LintImage, string?> labelOf)
    {
        LintImage[] example = conflict.Example!;
        LintImage other = example.First(i => labelOf(i) != labelOf(example[0]));
        // Rounding must not say that all of it can be got right.
        double ceiling = Math.Min(99.9, 100.0 * (_images - conflict.Wrong) / _images);
        return $"by {by}, {conflict.Images} of {_images} images ({conflict.Pictures} different ones) have bytes "
            + $"that stand under another label too, so at most {ceiling:F1} % can be got right; "
            + $"'{example[0].File}' is '{InsidePath.Show(labelOf(example[0])!)}', '{other.File}' is '{InsidePath.Show(labelOf(other)!)}'";
    }

    /// <summary>
    /// Counts the images in groups of several labels, and those of them that lose against the label most of their group have.
    /// </summary>
    private Conflict Conflicts(Func<LintImage, string?> labelOf)
    {
        Conflict found = default;
        Dictionary<string, int> votes = new(StringComparer.Ordinal);
        foreach (LintImage[] group in _groups)
        {
            votes.Clear();
            LintImage[] labelled = [.. group.Where(i => labelOf(i) is not null)];
            foreach (LintImage image in labelled)
            {
                string label = labelOf(image)!;
                votes[label] = votes.GetValueOrDefault(label) + 1;
            }

            if (votes.Count > 1)
            {
                found = new Conflict(found.Images + labelled.Length,
                    found.Pictures + 1, found.Wrong + labelled.Length - votes.Values.Max(), found.Example ?? labelled);
            }
        }

        return found;
    }

    private string? LabelOfXml(LintImage image) =>
        image.IsXmlGood ? string.Join(
            " + ", image.Objects.Select(o => facts.Labels[o.Label]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) : null;

    private void CheckSides()
    {
        foreach ((SplitSide from,
            SplitSide to) in new[] { (SplitSide.Train, SplitSide.Val), (SplitSide.Train, SplitSide.Test), (SplitSide.Val, SplitSide.Test) })
        {
            int count = 0;
            (LintImage From, LintImage To)? first = null;
            foreach (LintImage[] group in _groups)
            {
                LintImage? one = Array.Find(group, i => i.Side == from);
                int others = one is null ? 0 : group.Count(i => i.Side == to);
                count += others;
                if (others > 0 && first is null)
                {
                    first = (one!, Array.Find(group, i => i.Side == to)!);
                }
            }

            if (first is { } pair)
            {
                string list = facts.ListName(SetCounts.NameOf(to));
                int line = facts.Lists[SetCounts.NameOf(to)].Lines.First(l => l.Text == pair.To.Id).Number;
                string message = $"{count} image{(count == 1 ? " has" : "s have")} the bytes of an image of "
                    + $"{SetCounts.NameOf(from)}, first '{pair.To.File}' those of '{pair.From.File}'";
                findings.Add(LintCodes.SplitLeak.At(list, line, message, "split again: dls keeps equal images together"));
            }
        }
    }

    /// <summary>Images whose bytes stand under several labels.</summary>
    private readonly record struct Conflict(int Images, int Pictures, int Wrong, LintImage[]? Example);
}
