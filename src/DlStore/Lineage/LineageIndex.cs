using Microsoft.Data.Sqlite;

namespace DlStore.Lineage;

/// <summary>
/// The SQLite index: every version of every file of git that says something about lineage, and what it says. Derived data only; it can be
/// deleted at any time. Several
/// processes may use it: WAL, and a writer waits for another. One instance belongs to one thread. What is written goes through
/// <see cref="LineageWriter"/>, questions through
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
    /// <exception cref="DlsException">Kind Locked: another process writes it for too long; kind Failed: it cannot be opened or written
    /// where it lies.</exception>
    public static LineageIndex Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return OpenExisting(path);
        }
        catch (Exception e) when (IsDamage(e))
        {
            // It holds nothing that cannot be read again.
            Delete(path);
            return OpenExisting(path);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e);
        }
    }

    /// <summary>Opens an index that lies in no file, for where none can be written: all of it is read again.</summary>
    /// <returns>An empty index.</returns>
    public static LineageIndex OpenInMemory()
    {
        SQLitePCL.Batteries_V2.Init();
        return OpenExisting(":memory:");
    }

    /// <summary>
    /// Opens the index with nothing in it, whatever the file holds. A file that is whole is emptied, not deleted: another process may have
    /// it open, and SQLite cannot bear its
    /// files being changed under it.
    /// </summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <returns>The index.</returns>
    /// <exception cref="DlsException">Kind Locked or Failed, as for <see cref="Open"/>.</exception>
    public static LineageIndex OpenEmpty(string path)
    {
        LineageIndex index = Open(path);
        try
        {
            if (index.IsWhole())
            {
                using SqliteTransaction transaction = index.Begin();
                index.Clear();
                transaction.Commit();
                return index;
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            // A table that is not what it should be: the file goes like one that is not whole.
        }
        catch (SqliteException e)
        {
            index.Dispose();
            throw Refused(path, e);
        }

        index.Dispose();
        Delete(path);
        return Open(path);
    }

    /// <summary>Removes an index that was found to be damaged while it was read.</summary>
    /// <param name="path">Absolute path of the file.</param>
    public static void Discard(string path) => Delete(path);

    /// <summary>
    /// Tells whether a failure says that the file does not hold what dls wrote: SQLite's 1 (a table or column is not there), 11 (corrupt),
    /// 19 (rows that refer to rows that are not there), 20 and 24 (of another form), 26 (no database), or a value of another type.
    /// </summary>
    /// <param name="error">What was thrown while the index was used.</param>
    /// <returns>True if making it anew can help.</returns>
    public static bool IsDamage(Exception error) =>
        error is SqliteException { SqliteErrorCode: 1 or 11 or 19 or 20 or 24 or 26 } or InvalidDataException or InvalidCastException;

    /// <summary>Gives the error for a file that cannot be used for reasons outside of it.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="error">What was thrown.</param>
    /// <returns>Kind Locked or Failed.</returns>
    public static DlsException Refused(string path, Exception error) => error is SqliteException { SqliteErrorCode: 5 or 6 }
        ? new DlsException(
            ErrorKind.Locked, $"use the index '{path}': another process writes it", "run the command again when it is done", error)
        : new DlsException(ErrorKind.Failed, $"use the index '{path}': {Cause(path, error)}",
            "it holds nothing that cannot be read again: make room, or remove it and run the command again", error);

    private static string Cause(string path, Exception error) => Directory.Exists(path) ? "it is a directory" : error switch
    {
        SqliteException { SqliteErrorCode: 8 } => "it cannot be written",
        SqliteException { SqliteErrorCode: 13 } => "no space left on device",
        SqliteException { SqliteErrorCode: 14 } => "it cannot be opened",
        _ => error.Message.TrimEnd('.'),
    };

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
            index.Execute("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA "
                + "foreign_keys = ON; PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456");
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
        catch (SqliteException e) when (IsDamage(e))
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
