using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Moves;

/// <summary>One end of a move: a managed path of its own, or a path inside a managed directory.</summary>
/// <param name="Root">The managed path, or what becomes one.</param>
/// <param name="Scope">Names below it; empty for all of it.</param>
/// <param name="Pointer">The pointer that the root has; null if it has none yet.</param>
internal sealed record MoveEnd(RelPath Root, string Scope, Pointer? Pointer)
{
    public RelPath Path => Scope.Length == 0 ? Root : RelPath.ParseInside($"{Root}/{Scope}");

    public bool IsInside => Scope.Length > 0;
}

/// <summary>One path that is to be moved, as the plan found it.</summary>
/// <param name="From">Where it is.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Entry">What the pointer names there.</param>
/// <param name="OnDisk">What there is to do on disk.</param>
internal sealed record MovePart(MoveEnd From, MoveEnd To, PathEntry Entry, MoveOnDisk OnDisk)
{
    public MovedPath ToMoved() => new(From.Path, To.Path, Entry.Files, OnDisk);
}
