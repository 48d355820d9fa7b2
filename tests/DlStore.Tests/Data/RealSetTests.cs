using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

/// <summary>Sets that people made.</summary>
public sealed class RealSetTests(ITestOutputHelper output)
{
    private static string Data => SkippableSharedFactAttribute.Find()!;

    [SkippableSharedFact]
    public void Lint_of_the_blood_cells_finds_just_the_known_errors()
    {
        LintReport report = DatasetLint.Run(Data + "/bccd", new LintOptions());

        output.WriteLine(LintSample.Show(report.Findings));
        Assert.Equal(
            [
                "XML_FILENAME Annotations/BloodImage_00171.xml:3",
                    "XML_FILENAME Annotations/BloodImage_00178.xml:3", "XML_FILENAME Annotations/BloodImage_00228.xml:3",
                $"BOX_EMPTY Annotations/BloodImage_00338.xml:{LineOf("00338", "<xmin>504<")}",
                    $"BOX_EMPTY Annotations/BloodImage_00343.xml:{LineOf("00343", "<xmin>181<")}",
            ],
            report.Findings.Where(static f => f.Severity == Severity.Error).Select(static f => $"{f.Code} {f.Place}"));
        Assert.Equal((4155, 372, 361), (report.Counts.BoxesOf("RBC"), report.Counts.BoxesOf("WBC"), report.Counts.BoxesOf("Platelets")));
        Assert.Equal((205, 87, 72),
            (report.Counts.ImagesOf(SplitSide.Train), report.Counts.ImagesOf(SplitSide.Val), report.Counts.ImagesOf(SplitSide.Test)));
    }

    [SkippableSharedFact]
    public void The_blood_cells_go_through_every_layout_without_loss()
    {
        LabelledSet set = VocSet.Read(Data + "/bccd").Require("read bccd");
        foreach (SetLayout layout in Enum.GetValues<SetLayout>())
        {
            using TempDir dir = new();

            SetCounts counts = SetLayouts.Write(layout, set, dir.At("out"), new ExportOptions());

            Assert.Equal((364, 4888, 4155), (counts.Images, counts.Boxes, counts.BoxesOf("RBC")));
        }
    }

    [SkippableSharedFact]
    public void The_lists_that_cost_days_are_refused_with_their_lines()
    {
        DlsException e = Assert.Throws<DlsException>(static () => DarknetSet.Read(Data + "/lists").Require("import 'lists'"));

        Assert.Contains(e.Items, static i => i.StartsWith("LIST_NOT_IMAGE ds2_valid.txt:7: ", StringComparison.Ordinal));
        Assert.Contains(e.Items, static i => i.StartsWith("LIST_BLANK ds4_valid_tail.txt:2: ", StringComparison.Ordinal));
        Assert.DoesNotContain(e.Items, static i => i.Contains("ds2_train", StringComparison.Ordinal));
    }

    /// <summary>The line of the bndbox that holds a text.</summary>
    private static int LineOf(string number, string text)
    {
        string[] lines = File.ReadAllLines($"{Data}/bccd/Annotations/BloodImage_{number}.xml");
        return Array.FindLastIndex(lines, Array.FindIndex(lines, l => l.Contains(text, StringComparison.Ordinal)),
            static l => l.Contains("<bndbox>", StringComparison.Ordinal)) + 1;
    }
}
