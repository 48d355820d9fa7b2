using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>What a reader of a data set found.</summary>
/// <param name="Set">What could be read.</param>
/// <param name="Findings">What is wrong with the rest, sorted by file, line and code.</param>
public sealed record SetReading(LabelledSet Set, IReadOnlyList<Finding> Findings)
{
    private const int ShownMax = 5;

    /// <summary>Gets what the directory was taken for.</summary>
    public SetForm Form { get; init; }

    /// <summary>Gets what the reader saw and what it took it for, a sentence each.</summary>
    public IReadOnlyList<string> Saw { get; init; } = [];

    /// <summary>Gets how many images lie in the directory, those that were left out included.</summary>
    public int ImagesSeen { get; init; }

    /// <summary>Gets how many boxes its files name, those that were left out included, as far as they could be counted.</summary>
    public int BoxesSeen { get; init; }

    /// <summary>Gets every image that was met, usable or not, sorted by id.</summary>
    internal IReadOnlyList<SetEntry> Entries { get; init; } = [];

    /// <summary>Gets the file that names the images of each side.</summary>
    internal IReadOnlyDictionary<SplitSide, string> Lists { get; init; } = new Dictionary<SplitSide, string>();

    /// <summary>Gets the file that names the classes; empty if there is none.</summary>
    internal string ClassFile { get; init; } = "";

    /// <summary>Says what of the directory is neither in the set nor among the findings as left out.</summary>
    /// <returns>Null if every image and box is accounted for.</returns>
    public string? Missing()
    {
        int images = ImagesSeen - Set.Images.Count - Findings.Sum(static f => f.ImagesLost);
        int boxes = BoxesSeen - Set.Images.Sum(static i => i.Objects.Count) - Findings.Sum(static f => f.BoxesLost);
        return images == 0 && boxes == 0 ? null : $"{CountWords.Of(images, "image")} and {CountWords.Of(boxes, "box", "boxes")}";
    }

    /// <summary>Refuses a set in which something is wrong.</summary>
    /// <param name="subject">What is read, for the message, such as <c>import 'ds2'</c>.</param>
    /// <returns>The set.</returns>
    /// <exception cref="DlsException">Kind Failed: there are errors; the first five are in the message, all of them in its
    /// items.</exception>
    public LabelledSet Require(string subject)
    {
        List<string> errors = [
            .. Findings.Where(static f => f.Severity == Severity.Error).Select(static f => $"{f.Code} {f.Place}: {f.Message}")];
        return errors.Count == 0 ? Set : throw new DlsException(
            ErrorKind.Failed, $"{subject}: {CountWords.Of(errors.Count, "error")}: "
                + $"{string.Join("; ", errors.Take(ShownMax))}{(errors.Count > ShownMax ? "; and more" : "")}",
            "correct them; `dls help lint` says what each code means")
        { Items = errors };
    }

    internal static IReadOnlyList<Finding> Sorted(IEnumerable<Finding> findings) =>
    [
        .. findings.OrderBy(static f => f.File, StringComparer.Ordinal).ThenBy(
            static f => f.Line).ThenBy(static f => f.Code, StringComparer.Ordinal).ThenBy(static f => f.Message, StringComparer.Ordinal),
    ];
}
