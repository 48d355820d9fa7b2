using DlStore.Learning.Logs;

namespace DlStore.Learning.Kinds;

/// <summary>Where the result of a test stands, for a program whose output is of no form that dls knows.</summary>
/// <param name="File">A file of the run's work directory, or null for what the test (or a program without one) prints.</param>
/// <param name="Pattern">Finds numbers in it: each named group is one, and the last match counts; null if the file is one of
/// numbers.</param>
public sealed record ResultRule(string? File, LogPattern? Pattern);
