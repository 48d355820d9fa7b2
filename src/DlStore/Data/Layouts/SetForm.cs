namespace DlStore.Data.Layouts;

/// <summary>How the files of a labelled set lie, as programs write it down; several are one <see cref="SetLayout"/>.</summary>
public enum SetForm
{
    /// <summary>Pascal VOC: <c>Annotations/</c>, <c>JPEGImages/</c>, lists in <c>ImageSets/Main/</c>.</summary>
    Voc,
    /// <summary>Images with a Pascal VOC file beside each, in one directory (labelImg) or in one for each side (Roboflow).</summary>
    VocPairs,
    /// <summary>darknet: a file of data, lists of paths.</summary>
    Darknet,
    /// <summary>Ultralytics: a YAML file that names directories or lists.</summary>
    Ultralytics,
    /// <summary>Label files of darknet with <c>classes.txt</c>, and nothing that describes them (Label Studio, labelImg).</summary>
    YoloPairs,
    /// <summary>COCO.</summary>
    Coco,
    /// <summary>Images with a JSON file of labelme beside each.</summary>
    Labelme,
}
