using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>How a data set is written for other programs.</summary>
public sealed record ExportOptions
{
    /// <summary>Gets the set's own name, which darknet's lists carry: a portable file name without blanks.</summary>
    public string Name { get; init; } = "data_set";

    /// <summary>Gets the conversion of boxes into fractions.</summary>
    public BoxConversion Boxes { get; init; } = BoxConversion.Voc;
}
