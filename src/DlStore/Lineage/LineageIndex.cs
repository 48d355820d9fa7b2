using DlStore.Objects;
using Microsoft.Data.Sqlite;

namespace DlStore.Lineage;

/// <summary>What one pointer named at one commit.</summary>
/// <param name="Commit">The commit, hex.</param>
/// <param name="At">Its committer time, seconds since 1970.</param>
/// <param name="Path">The managed path.</param>
/// <param name="Kind">Blob or tree.</param>
/// <param name="Oid">What it named.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Files">Files below.</param>
public sealed record PointerUse(string Commit, long At, string Path, ObjectKind Kind, Oid Oid, long Size, long Files);

/// <summary>
/// The SQLite index: which commit named which object under which path. Derived data only; it can be deleted at any time. Several processes may use it: WAL, and a writer
/// waits for another. One instance belongs to one thread.
/// </summary>
public sealed class LineageIndex : IDisposable
{
    private const int BusySeconds = 10;
    private readonly SqliteConnection _connection;

    private LineageIndex(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the index; makes it if it is missing, damaged or of a later version.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <returns>The index.</returns>
    public static LineageIndex Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return OpenExisting(path);
        }
        catch (Exception e) when (e is SqliteException { SqliteErrorCode: 11 or 26 } or InvalidDataException)
        {
            // 11 corrupt, 26 not a database. It holds nothing that cannot be read again.
            Delete(path);
            return OpenExisting(path);
        }
    }

    /// <summary>
    /// Opens the index with nothing in it. A file that is whole is emptied, not deleted: another process may have it open, and SQLite cannot bear its files being changed
    /// under it.
    /// </summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <returns>The index.</returns>
    public static LineageIndex OpenEmpty(string path)
    {
        LineageIndex index = Open(path);
        if (!index.IsWhole())
        {
            index.Dispose();
            Delete(path);
            return Open(path);
        }

        index.Execute("BEGIN IMMEDIATE; DELETE FROM pointer_use; DELETE FROM pointer_commit; COMMIT");
        return index;
    }

    /// <summary>Deletes the index file and what SQLite keeps beside it.</summary>
    /// <param name="path">Absolute path of the file.</param>
    private static void Delete(string path)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(path + suffix);
        }
    }

    /// <summary>Lists the commits that are in.</summary>
    /// <returns>Hex ids.</returns>
    public HashSet<string> ListCommits()
    {
        using SqliteCommand command = Command("SELECT commit_hex FROM pointer_commit");
        using SqliteDataReader reader = command.ExecuteReader();
        HashSet<string> found = new(StringComparer.Ordinal);
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    /// <summary>Adds commits with what their pointers named, in one transaction. Commits that are in already are passed over.</summary>
    /// <param name="uses">Rows; a commit's rows need not follow each other.</param>
    public void Add(IEnumerable<PointerUse> uses)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand addCommit = Command("INSERT OR IGNORE INTO pointer_commit (commit_hex, at) VALUES ($commit, $at)", "$commit", "$at");
        using SqliteCommand addUse = Command(
            "INSERT OR IGNORE INTO pointer_use SELECT id, $path, $kind, $oid, $size, $files FROM pointer_commit WHERE commit_hex = $commit",
            "$path", "$kind", "$oid", "$size", "$files", "$commit");
        byte[] oid = new byte[Oid.Length];
        foreach (PointerUse use in uses)
        {
            Run(addCommit, use.Commit, use.At);
            use.Oid.CopyTo(oid);
            Run(addUse, use.Path, use.Kind == ObjectKind.Tree ? "tree" : "blob", oid, use.Size, use.Files, use.Commit);
        }

        transaction.Commit();
    }

    /// <summary>Lists every use, newest commit first.</summary>
    /// <returns>The rows.</returns>
    public IReadOnlyList<PointerUse> ListUses() => Query("ORDER BY c.at DESC, c.commit_hex, u.path");

    /// <summary>Finds what pointed at an object directly, newest commit first.</summary>
    /// <param name="oid">A blob or a tree's root.</param>
    /// <returns>The rows.</returns>
    public IReadOnlyList<PointerUse> FindUses(Oid oid)
    {
        byte[] bytes = new byte[Oid.Length];
        oid.CopyTo(bytes);
        return Query("WHERE u.oid = $oid ORDER BY c.at DESC, c.commit_hex, u.path", ("$oid", bytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        SqliteConnection.ClearPool(_connection);
    }

    private static LineageIndex OpenExisting(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            connection.Open();
            LineageIndex index = new(connection);
            index.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
            index.Migrate();
            return index;
        }
        catch
        {
            connection.Dispose();
            SqliteConnection.ClearPool(connection);
            throw;
        }
    }

    private void Migrate()
    {
        if (Version() == Migrations.All.Count)
        {
            return;
        }

        Execute("BEGIN EXCLUSIVE");
        long version = Version();
        if (version > Migrations.All.Count)
        {
            Execute("ROLLBACK");
            throw new InvalidDataException("the index is of a later version");
        }

        for (; version < Migrations.All.Count; version++)
        {
            Execute(Migrations.All[(int)version]);
        }

        Execute($"PRAGMA user_version = {version}; COMMIT");
    }

    private bool IsWhole()
    {
        try
        {
            using SqliteCommand command = Command("PRAGMA quick_check(1)");
            return command.ExecuteScalar() is "ok";
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)
        {
            return false;
        }
    }

    private long Version()
    {
        using SqliteCommand command = Command("PRAGMA user_version");
        return (long)command.ExecuteScalar()!;
    }

    private List<PointerUse> Query(string tail, params (string Name, object Value)[] values)
    {
        using SqliteCommand command = Command($"SELECT c.commit_hex, c.at, u.path, u.kind, u.oid, u.size, u.files FROM pointer_use u JOIN pointer_commit c ON c.id = u.commit_id {tail}");
        foreach ((string name, object value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using SqliteDataReader reader = command.ExecuteReader();
        List<PointerUse> found = [];
        while (reader.Read())
        {
            ObjectKind kind = reader.GetString(3) == "tree" ? ObjectKind.Tree : ObjectKind.Blob;
            found.Add(new PointerUse(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), kind, new Oid((byte[])reader[4]), reader.GetInt64(5), reader.GetInt64(6)));
        }

        return found;
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>All SQL of this class is constant text; values go in as parameters.</summary>
    private SqliteCommand Command(string sql, params string[] names)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
