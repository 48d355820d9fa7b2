using System.Globalization;
using System.Text;
using DlStore.Learning.Scores;

namespace DlStore.Tests.Learning;

/// <summary>Files that programs write for other programs: nested JSON, tables with a row an epoch, a number alone.</summary>
public sealed class NumberFileTests
{
    private static string Read(string text, string name = "metrics.json") => string.Join(" ", NumberFile.Read(
        Encoding.UTF8.GetBytes(text), name).Select(static n => string.Create(CultureInfo.InvariantCulture, $"{n.Key}={n.Value}")));

    [Fact]
    public void Json_is_taken_with_its_path_and_what_is_no_number_is_passed_over()
    {
        Assert.Equal("step=3 train.accuracy=0.5 train.loss=NaN", Read(
            "{\"train\": {\"accuracy\": 0.5, \"loss\": NaN, \"name\": \"a\"}, \"step\": 3, \"list\": [1, 2], \"ok\": true, \"no\": null}"));
        Assert.Equal("acc=0.75 epoch=2", Read("[{\"epoch\": 1, \"acc\": 0.5}, {\"epoch\": 2, \"acc\": 0.75}]"));
        Assert.Equal("", Read("{\"a\": 1"));
        Assert.Equal("", Read("{}"));
    }

    /// <summary>The table of Ultralytics: padded names, padded numbers, a row an epoch.</summary>
    [Fact]
    public void Of_a_table_the_last_row_counts_and_padding_does_not()
    {
        const string Table = "                  epoch,         train/box_loss,   metrics/precision(B), "
            + "      metrics/mAP50(B),    metrics/mAP50-95(B)\n                      1,                 1.5000,                 0.5000,                 0.2500,                 0.1250\n"
            + "                      2,                 1.2500,                 0.7500,                 0.5000,                    nan\n";

        const string Expected = "epoch=2 metrics/mAP50(B)=0.5 metrics/mAP50-95(B)=NaN metrics/precision(B)=0.75 train/box_loss=1.25";
        Assert.Equal(Expected, Read(Table, "results.csv"));
        Assert.Equal(Expected, Read("\uFEFF" + Table.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n", "results.csv"));
        Assert.Equal("accuracy=0.75 step=1", Read("step\taccuracy\n0\t0.5\n1\t0.75\n", "accuracy.tsv"));
        Assert.Equal("", Read("epoch,loss\n", "results.csv"));
    }

    [Fact]
    public void A_number_alone_is_called_as_its_file()
    {
        Assert.Equal("accuracy=0.97", Read(" 0.97\n", "out/accuracy.txt"));
        Assert.Equal("loss=-Infinity", Read("-inf", "loss"));
        Assert.Equal("", Read("good\n", "accuracy.txt"));
        Assert.Equal("", Read("", "accuracy.txt"));
    }
}
