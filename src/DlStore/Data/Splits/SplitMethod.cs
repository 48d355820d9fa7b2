namespace DlStore.Data.Splits;

/// <summary>How images are put on sides.</summary>
public enum SplitMethod
{
    /// <summary>Groups in the order of a hash; twins stay together.</summary>
    Hash,
    /// <summary>
    /// Single images in the order of a hash, as older data sets were made: groups are parted and twins end up on both sides.
    /// </summary>
    Legacy,
}
