using DlStore.Objects;

namespace DlStore.Lineage;

/// <summary>A row that hangs on a record.</summary>
/// <param name="Table">The table.</param>
/// <param name="Values">The columns after the record's id: text, long, double, <see cref="Oid"/> or null.</param>
internal sealed record IndexRow(string Table, params object?[] Values);

/// <summary>
/// One version of one file of git that says something about lineage: a pointer, a task's record, a data set's lock, a copy of a deploy
/// event, a master.
/// </summary>
/// <param name="Path">From the top of the work tree.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Kind">What it is: <c>pointer</c>, <c>task</c>, <c>attempt</c>, <c>curve</c>, <c>memo</c>, <c>dataset</c>,
/// <c>deployment</c>, <c>master</c>.</param>
/// <param name="Problem">Why it could not be read, or null.</param>
/// <param name="Rows">What it says.</param>
internal sealed record IndexedRecord(string Path, Oid Digest, string Kind, string? Problem, IReadOnlyList<IndexRow> Rows);
