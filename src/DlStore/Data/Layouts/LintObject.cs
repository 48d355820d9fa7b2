using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>An object as lint keeps it: a set can have millions.</summary>
/// <param name="Label">Position in the table of labels.</param>
/// <param name="Box">The box.</param>
/// <param name="Line">The line of the object.</param>
/// <param name="BoxLine">The line of its box.</param>
/// <param name="IsDifficult">Whether it says so.</param>
/// <param name="SaysDifficult">Whether it says either.</param>
internal readonly record struct LintObject(int Label, PixelBox Box, int Line, int BoxLine, bool IsDifficult, bool SaysDifficult);
