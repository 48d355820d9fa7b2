namespace DlStore.Data.Lint;

/// <summary>A program that reads data sets, whose own rules lint can follow.</summary>
public enum LintConsumer
{
    /// <summary>The SSD trainer's VOC reader.</summary>
    Ssd,
    /// <summary>The ResNet trainer's reader, which goes by file names.</summary>
    ResNet34,
    /// <summary>darknet, on the set as exported for it.</summary>
    Darknet,
    /// <summary>Ultralytics, on the set as exported for it.</summary>
    Ultralytics,
    /// <summary>torchvision's VOCDetection.</summary>
    Torchvision,
}
