using System.Buffers;
using System.Text.Json;

namespace DlStore.Web.Reports;

/// <summary>Says what writing a report did.</summary>
internal static class ReportText
{
    public static void Print(ReportResult done, bool isJson)
    {
        if (isJson)
        {
            ArrayBufferWriter<byte> buffer = new();
            using (Utf8JsonWriter json = new(buffer))
            {
                json.WriteStartObject();
                json.WriteString("directory", done.Directory);
                json.WriteNumber("pages", done.Pages);
                json.WriteNumber("pictures", done.Pictures);
                json.WriteStartArray("problems");
                foreach (string problem in done.Problems)
                {
                    json.WriteStringValue(problem);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            Talk.ResultBytes(buffer.WrittenSpan);
            return;
        }

        Talk.Result($"wrote {done.Pages} pages and {done.Pictures} pictures; open {done.Directory}/index.html");
        foreach (string problem in done.Problems)
        {
            Talk.Note($"warning: {problem}");
        }
    }
}
