using System.Globalization;
using DlStore.Operations.Tables;

namespace DlStore.Web.Writing;

/// <summary>How numbers, states and times look on pages.</summary>
internal static class Shown
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Shows a cell: numbers with at most six digits, texts as they are.</summary>
    public static string Cell(RunCell cell) => cell.Number is { } number && !double.IsNaN(number)
        && cell.Text.AsSpan().ContainsAny('.', 'e', 'E') ? Number(number) : cell.Text;

    public static string Number(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{Count(bytes)} B" : $"{value.ToString("0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Seconds(long? seconds) => seconds is not { } all ? ""
        : all < 60 ? $"{all} s" : all < 3600 ? $"{all / 60} min {all % 60} s" : $"{all / 3600} h {all / 60 % 60} min";

    /// <summary>Shows a time of a record, <c>2026-01-31T12:00:00Z</c>, without its second.</summary>
    public static string Time(string? time) => time is null ? ""
        : time.Length >= 16 && time[10] == 'T' ? $"{time[..10]} {time[11..16]}" : time;

    /// <summary>Gives the class of a state's colour.</summary>
    public static string StateClass(string state) => state switch
    {
        "done" => "good",
        "done-untested" or "stopped" or "absent" => "warn",
        "failed" or "lost" => "bad",
        _ => "dim",
    };
}
