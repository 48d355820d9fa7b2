namespace DlStore.Data.Annotations;

/// <summary>How whole pixels and the fractions of darknet and Ultralytics correspond (docs/formats/labelled-sets.md).</summary>
public enum BoxConversion
{
    /// <summary>The box covers exactly its pixels.</summary>
    Voc,
    /// <summary>As labelImg writes.</summary>
    LabelImg,
    /// <summary>As darknet's <c>voc_label.py</c> writes.</summary>
    AlexeyAb,
}
