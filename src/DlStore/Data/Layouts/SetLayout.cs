namespace DlStore.Data.Layouts;

/// <summary>A way to write a labelled set down.</summary>
public enum SetLayout
{
    /// <summary>Pascal VOC.</summary>
    Voc,
    /// <summary>darknet.</summary>
    Darknet,
    /// <summary>Ultralytics.</summary>
    Ultralytics,
    /// <summary>COCO.</summary>
    Coco,
}
