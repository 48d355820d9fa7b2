using DlStore.Objects;
using Microsoft.Data.Sqlite;

namespace DlStore.Lineage;

/// <summary>Rows that the index answers with, as one work tree sees them.</summary>
/// <param name="index">The index.</param>
/// <param name="tree">Names the work tree.</param>
internal sealed class LineageRows(LineageIndex index, string tree)
{
    /// <summary>Gives a text, or null.</summary>
    public static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>Gives a digest, or null.</summary>
    public static Oid? OidAt(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : new Oid((byte[])reader[column]);

    /// <summary>Gives a digest as it is stored.</summary>
    public static byte[] Bytes(Oid oid)
    {
        byte[] bytes = new byte[Oid.Length];
        oid.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Tells whether there is a row.</summary>
    public bool Any(string sql, params object[] values) => List(sql, static _ => true, values).Count > 0;

    /// <summary>Reads all rows.</summary>
    /// <param name="sql">The question; <c>$tree</c> is the work tree, <c>$0</c>, <c>$1</c> and so on are the values.</param>
    /// <param name="read">Makes a record of a row.</param>
    /// <param name="values">The values.</param>
    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        List<T> found = [];
        Each(sql, r => found.Add(read(r)), values);
        return found;
    }

    /// <summary>Goes through all rows; see <see cref="List"/>.</summary>
    public void Each(string sql, Action<SqliteDataReader> read, params object[] values)
    {
        using SqliteCommand command = index.Command(sql);
        command.Parameters.AddWithValue("$tree", tree);
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i}", values[i]);
        }

        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            read(reader);
        }
    }
}
