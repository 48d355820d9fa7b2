namespace DlStore.Data.Annotations;

/// <summary>One flaw and its place.</summary>
/// <param name="Flaw">What.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">What stands there, or the element that is missing.</param>
public readonly record struct AnnotationRemark(AnnotationFlaw Flaw, int Line, string Text);
