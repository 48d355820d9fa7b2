using System.Text;
using DlStore.Data.Texts;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;

namespace DlStore.Tests.Learning;

/// <summary>Reads logs with presets.</summary>
internal static class PresetLog
{
    public static LogRules Rules(string preset)
    {
        YamlNode root = SafeYaml.Parse(Preset.Read(preset), preset + ".yaml");
        return LogRules.Read(root.Find("log"), root.Find("stop"));
    }

    public static LogRules Rules(string log, string stop) => LogRules.Read(
        SafeYaml.Parse(Encoding.UTF8.GetBytes(log), "kind.yaml"), SafeYaml.Parse(Encoding.UTF8.GetBytes(stop), "kind.yaml"));

    public static LogBatch Read(LogReader reader, ReadOnlySpan<byte> bytes)
    {
        LogBatch first = reader.Feed(bytes);
        LogBatch last = reader.Finish();
        return new LogBatch([.. first.Metrics, .. last.Metrics], [.. first.Events, .. last.Events]);
    }

    public static LogBatch Read(string preset, string log) => Read(new LogReader(Rules(preset)), Encoding.UTF8.GetBytes(log));
}
