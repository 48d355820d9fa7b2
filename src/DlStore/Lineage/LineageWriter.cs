using DlStore.Objects;
using Microsoft.Data.Sqlite;

namespace DlStore.Lineage;

/// <summary>
/// Writes to the index, in one transaction from its making to <see cref="Commit"/>. A record is one version of one file; it is there as
/// long as a commit that git reaches has
/// it, or the work tree does.
/// </summary>
internal sealed class LineageWriter : IDisposable
{
    private static readonly Dictionary<string, string> Inserts = Migrations.Columns.ToDictionary(
        static t => t.Key, static t =>
            $"INSERT OR REPLACE INTO {t.Key} VALUES ({string.Join(", ", Enumerable.Range(0, t.Value + 1).Select(static i => $"${i}"))})",
            StringComparer.Ordinal);

    private readonly LineageIndex _index;
    private readonly SqliteTransaction _transaction;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public LineageWriter(LineageIndex index)
    {
        _index = index;
        _transaction = index.Begin();
    }

    /// <summary>Gives a remembered value.</summary>
    public string? Find(string name) => Run("SELECT value FROM state WHERE name = $0", name).ExecuteScalar() as string;

    /// <summary>Remembers a value.</summary>
    public void Set(string name, string value) => Run(
        "INSERT INTO state VALUES ($0, $1) ON CONFLICT (name) DO UPDATE SET value = $1", name, value).ExecuteNonQuery();

    /// <summary>Lists the commits from which git was read.</summary>
    public HashSet<string> ListTips()
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        using SqliteDataReader reader = Run("SELECT commit_hex FROM tip").ExecuteReader();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    /// <summary>Replaces the commits from which git was read.</summary>
    public void SetTips(IEnumerable<string> tips)
    {
        Run("DELETE FROM tip").ExecuteNonQuery();
        foreach (string tip in tips)
        {
            Run("INSERT OR IGNORE INTO tip VALUES ($0)", tip).ExecuteNonQuery();
        }
    }

    /// <summary>Empties the index.</summary>
    public void Clear() => _index.Clear();

    /// <summary>
    /// Drops commits that git does not reach any more; their records go with <see cref="Sweep"/> unless others have them.
    /// </summary>
    public void Drop(IEnumerable<string> commits)
    {
        foreach (string commit in commits)
        {
            Run("DELETE FROM history WHERE commit_hex = $0", commit).ExecuteNonQuery();
        }
    }

    /// <summary>Finds the record of a version that git has and that was read before.</summary>
    public long? FindByBlob(string path, string blob) => Run(
        "SELECT record_id FROM record_blob WHERE path = $0 AND blob_hex = $1", path, blob).ExecuteScalar() as long?;

    /// <summary>Finds a record by its content.</summary>
    public long? Find(string path, Oid digest) => Run(
        "SELECT id FROM record WHERE path = $0 AND digest = $1", path, Bytes(digest)).ExecuteScalar() as long?;

    /// <summary>Adds a record unless it is there.</summary>
    /// <returns>Its number.</returns>
    public long Add(IndexedRecord record)
    {
        if (Find(record.Path, record.Digest) is { } known)
        {
            return known;
        }

        long id = (long)Run("INSERT INTO record (path, digest, kind, problem) VALUES ($0, $1, $2, $3) RETURNING id",
            record.Path, Bytes(record.Digest), record.Kind, record.Problem).ExecuteScalar()!;
        foreach (IndexRow row in record.Rows)
        {
            int columns = Migrations.Columns[row.Table];
            object?[] values = new object?[columns + 1];
            values[0] = id;
            for (int i = 0; i < columns; i++)
            {
                values[i + 1] = row.Values[i] is Oid oid ? Bytes(oid) : row.Values[i];
            }

            Run(Inserts[row.Table], values).ExecuteNonQuery();
        }

        return id;
    }

    /// <summary>Notes the name by which git has a record.</summary>
    public void NoteBlob(long record, string path, string blob) => Run(
        "INSERT OR IGNORE INTO record_blob VALUES ($0, $1, $2)", path, blob, record).ExecuteNonQuery();

    /// <summary>Notes that a commit added a record or changed a file to it.</summary>
    public void NoteCommit(long record, string commit, long at)
    {
        Run("INSERT OR IGNORE INTO history (commit_hex, at) VALUES ($0, $1)", commit, at).ExecuteNonQuery();
        Run("INSERT OR IGNORE INTO record_commit SELECT $0, id FROM history WHERE commit_hex = $1", record, commit).ExecuteNonQuery();
    }

    /// <summary>Lists the records that a work tree had when it was looked at last, by path, with the stats their files had.</summary>
    public Dictionary<string, (long Record, string Stat)> ListWork(string tree)
    {
        Dictionary<string, (long, string)> found = new(StringComparer.Ordinal);
        using SqliteDataReader reader = Run("SELECT path, record_id, stat FROM work WHERE tree = $0", tree).ExecuteReader();
        while (reader.Read())
        {
            found[reader.GetString(0)] = (reader.GetInt64(1), reader.GetString(2));
        }

        return found;
    }

    /// <summary>Notes that a work tree has a record.</summary>
    public void SetWork(string tree, string path, long record, string stat) =>
        Run("INSERT INTO work VALUES ($0, $1, $2, $3) ON CONFLICT (tree, path) DO UPDATE SET record_id = $2, stat = $3",
            tree, path, record, stat).ExecuteNonQuery();

    /// <summary>Notes that a work tree has no file at a path any more.</summary>
    public void RemoveWork(string tree, string path) => Run("DELETE FROM work WHERE tree = $0 AND path = $1", tree, path).ExecuteNonQuery();

    /// <summary>Removes the records that neither a commit nor a work tree has any more.</summary>
    public void Sweep() => Run(
        "DELETE FROM record WHERE id NOT IN (SELECT record_id FROM record_commit) AND id NOT IN (SELECT record_id FROM work)")
            .ExecuteNonQuery();

    /// <summary>Makes everything visible to others.</summary>
    public void Commit() => _transaction.Commit();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        _transaction.Dispose();
    }

    private static byte[] Bytes(Oid oid)
    {
        byte[] bytes = new byte[Oid.Length];
        oid.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Gives a prepared command with its values set; the next use of the same text sets others.</summary>
    private SqliteCommand Run(string sql, params object?[] values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _index.Command(sql, [.. values.Select(static (_, i) => $"${i}")]);
            command.Transaction = _transaction;
            _commands[sql] = command;
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
