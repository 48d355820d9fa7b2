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
        """
        DROP TABLE pointer_use;
        DROP TABLE pointer_commit;
        CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE tip (commit_hex TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE history (id INTEGER PRIMARY KEY, commit_hex TEXT NOT NULL UNIQUE, at INTEGER NOT NULL);
        CREATE TABLE record (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            digest BLOB NOT NULL,
            kind TEXT NOT NULL,
            problem TEXT,
            UNIQUE (path, digest));
        CREATE INDEX record_problem ON record (path) WHERE problem IS NOT NULL;
        CREATE TABLE record_blob (path TEXT NOT NULL, blob_hex TEXT NOT NULL, record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE, PRIMARY KEY (path, blob_hex)) WITHOUT ROWID;
        CREATE INDEX record_blob_record ON record_blob (record_id);
        CREATE TABLE record_commit (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            history_id INTEGER NOT NULL REFERENCES history(id) ON DELETE CASCADE,
            PRIMARY KEY (record_id, history_id)) WITHOUT ROWID;
        CREATE INDEX record_commit_history ON record_commit (history_id);
        CREATE TABLE work (
            tree TEXT NOT NULL, path TEXT NOT NULL, record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE, stat TEXT NOT NULL,
            PRIMARY KEY (tree, path)) WITHOUT ROWID;
        CREATE INDEX work_record ON work (record_id);
        CREATE TABLE pointer (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            kind TEXT NOT NULL, oid BLOB NOT NULL, size INTEGER NOT NULL, files INTEGER NOT NULL);
        CREATE INDEX pointer_oid ON pointer (oid);
        CREATE TABLE task (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            name TEXT NOT NULL, created TEXT NOT NULL, by_whom TEXT NOT NULL, imported_from TEXT);
        CREATE INDEX task_name ON task (name);
        CREATE TABLE attempt (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            id TEXT NOT NULL, task TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, host TEXT NOT NULL, created TEXT NOT NULL, by_whom TEXT NOT NULL,
            commit_hex TEXT NOT NULL, parameters TEXT NOT NULL, dataset TEXT, canvas TEXT, tree BLOB, dir_hash BLOB, test_set TEXT,
            PRIMARY KEY (record_id, n));
        CREATE INDEX attempt_id ON attempt (id);
        CREATE INDEX attempt_task ON attempt (task);
        CREATE INDEX attempt_tree ON attempt (tree);
        CREATE TABLE source (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            attempt TEXT NOT NULL, place INTEGER NOT NULL, path TEXT NOT NULL, commit_hex TEXT, tree BLOB NOT NULL, files INTEGER NOT NULL, dirty INTEGER NOT NULL, withheld INTEGER NOT NULL,
            PRIMARY KEY (record_id, attempt, place));
        CREATE INDEX source_attempt ON source (attempt);
        CREATE TABLE reused (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            task TEXT NOT NULL, kind TEXT NOT NULL, from_task TEXT NOT NULL, attempt TEXT NOT NULL);
        CREATE INDEX reused_record ON reused (record_id);
        CREATE INDEX reused_attempt ON reused (attempt);
        CREATE INDEX reused_task ON reused (task);
        CREATE TABLE outcome (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            attempt TEXT NOT NULL, task TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, why TEXT, started TEXT, finished TEXT);
        CREATE INDEX outcome_attempt ON outcome (attempt);
        CREATE TABLE artifact (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            attempt TEXT NOT NULL, task TEXT NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, oid BLOB NOT NULL, size INTEGER NOT NULL,
            from_task TEXT, from_attempt TEXT, inherited INTEGER NOT NULL);
        CREATE INDEX artifact_record ON artifact (record_id);
        CREATE INDEX artifact_oid ON artifact (oid);
        CREATE INDEX artifact_attempt ON artifact (attempt);
        CREATE TABLE dataset (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            name TEXT NOT NULL, canvas TEXT NOT NULL, tree BLOB NOT NULL, dir_hash BLOB NOT NULL, engine TEXT, images INTEGER NOT NULL, imported_from TEXT,
            PRIMARY KEY (record_id, canvas));
        CREATE INDEX dataset_name ON dataset (name);
        CREATE INDEX dataset_tree ON dataset (tree);
        CREATE INDEX dataset_dir_hash ON dataset (dir_hash);
        CREATE TABLE dataset_source (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            canvas TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL, images INTEGER NOT NULL);
        CREATE INDEX dataset_source_record ON dataset_source (record_id);
        CREATE INDEX dataset_source_name ON dataset_source (name);
        CREATE TABLE dataset_master (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            canvas TEXT NOT NULL, source TEXT NOT NULL, oid BLOB NOT NULL);
        CREATE INDEX dataset_master_record ON dataset_master (record_id);
        CREATE INDEX dataset_master_oid ON dataset_master (oid);
        CREATE TABLE master (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            project TEXT NOT NULL, kind TEXT NOT NULL, oid BLOB NOT NULL);
        CREATE INDEX master_oid ON master (oid);
        CREATE INDEX master_project ON master (project);
        CREATE TABLE deployment (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            target TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL,
            task TEXT, attempt TEXT, live TEXT, at TEXT NOT NULL, by_whom TEXT NOT NULL);
        CREATE INDEX deployment_target ON deployment (target, seq);
        CREATE INDEX deployment_attempt ON deployment (attempt);
        CREATE TABLE deployment_file (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            role TEXT NOT NULL, path TEXT NOT NULL, oid BLOB NOT NULL, size INTEGER NOT NULL, files INTEGER NOT NULL);
        CREATE INDEX deployment_file_record ON deployment_file (record_id);
        CREATE INDEX deployment_file_oid ON deployment_file (oid);
        """,
        """
        DELETE FROM record; DELETE FROM history; DELETE FROM tip; DELETE FROM state;
        CREATE TABLE memo (
            record_id INTEGER NOT NULL PRIMARY KEY REFERENCES record(id) ON DELETE CASCADE,
            task TEXT NOT NULL, text TEXT NOT NULL);
        CREATE TABLE parameter (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            attempt TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
        CREATE INDEX parameter_record ON parameter (record_id);
        CREATE TABLE number (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            attempt TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
        CREATE INDEX number_record ON number (record_id);
        CREATE TABLE curve (
            record_id INTEGER NOT NULL REFERENCES record(id) ON DELETE CASCADE,
            task TEXT NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL, points INTEGER NOT NULL,
            low REAL, low_step INTEGER, high REAL, high_step INTEGER);
        CREATE INDEX curve_record ON curve (record_id);
        """,
    ];

    /// <summary>Gets the tables that hang on a record, with the number of their columns beside its id.</summary>
    public static readonly IReadOnlyDictionary<string, int> Columns = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["pointer"] = 4,
        ["task"] = 4,
        ["attempt"] = 14,
        ["memo"] = 2,
        ["parameter"] = 3,
        ["number"] = 4,
        ["curve"] = 8,
        ["source"] = 8,
        ["reused"] = 4,
        ["outcome"] = 7,
        ["artifact"] = 9,
        ["dataset"] = 7,
        ["dataset_source"] = 5,
        ["dataset_master"] = 3,
        ["master"] = 3,
        ["deployment"] = 11,
        ["deployment_file"] = 5,
    };
}
