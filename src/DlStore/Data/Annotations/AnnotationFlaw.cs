namespace DlStore.Data.Annotations;

/// <summary>What is unusual in an annotation that can be read all the same; some readers stop at it.</summary>
public enum AnnotationFlaw
{
    /// <summary>A number is written with a point, such as <c>1.0</c>; readers that parse whole numbers crash on it.</summary>
    FloatNumber,
    /// <summary>An object does not say whether it is difficult; the SSD reader crashes on it.</summary>
    NoDifficult,
    /// <summary>An object does not say whether it is truncated.</summary>
    NoTruncated,
    /// <summary>An object does not name its pose.</summary>
    NoPose,
    /// <summary>There is no file name.</summary>
    NoFileName,
    /// <summary>There is no size.</summary>
    NoSize,
}
