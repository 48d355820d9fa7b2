namespace DlStore.Lineage;

/// <summary>The schema of the index, as an append-only list; docs/formats/index-schema.md. A released entry is never changed.</summary>
internal static class Migrations
{
    public static readonly IReadOnlyList<string> All =
    [
        """
        CREATE TABLE pointer_commit (
            id INTEGER PRIMARY KEY,
            commit_hex TEXT NOT NULL UNIQUE,
            at INTEGER NOT NULL);
        CREATE TABLE pointer_use (
            commit_id INTEGER NOT NULL REFERENCES pointer_commit(id),
            path TEXT NOT NULL,
            kind TEXT NOT NULL,
            oid BLOB NOT NULL,
            size INTEGER NOT NULL,
            files INTEGER NOT NULL,
            PRIMARY KEY (commit_id, path)) WITHOUT ROWID;
        CREATE INDEX pointer_use_oid ON pointer_use (oid);
        """,
    ];
}
