using Microsoft.Data.Sqlite;

namespace DlStore.Lineage;

/// <summary>
/// The SQLite index: every version of every file of git that says something about lineage, and what it says. Derived data only; it can be deleted at any time. Several
/// processes may use it: WAL, and a writer waits for another. One instance belongs to one thread. What is written goes through <see cref="LineageWriter"/>, questions through
/// <see cref="LineageQuery"/>.
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

        using SqliteTransaction transaction = index.Begin();
        index.Clear();
        transaction.Commit();
        return index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        SqliteConnection.ClearPool(_connection);
    }

    /// <summary>Removes everything, inside the transaction under way.</summary>
    internal void Clear() => Execute("DELETE FROM record; DELETE FROM history; DELETE FROM tip; DELETE FROM state");

    /// <summary>Starts a transaction that writes: waits for another writer now, not in the middle.</summary>
    internal SqliteTransaction Begin() => _connection.BeginTransaction(deferred: false);

    internal void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Makes a command. All SQL is constant text; values go in as parameters.</summary>
    internal SqliteCommand Command(string sql, params string[] names)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    /// <summary>Deletes the index file and what SQLite keeps beside it.</summary>
    private static void Delete(string path)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(path + suffix);
        }
    }

    private static LineageIndex OpenExisting(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            connection.Open();
            LineageIndex index = new(connection);
            index.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456");
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
}
