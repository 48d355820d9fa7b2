namespace DlStore.Images;

/// <summary>Where a transform turns and zooms about, and which axis is which: Keras changed both.</summary>
public enum AffineRule
{
    /// <summary>About the middle of the picture, (n - 1) / 2, with no axes swapped: for new projects.</summary>
    Fixed,

    /// <summary>As keras-preprocessing 1.1.0 to 1.1.2: about n / 2 + 0.5, one pixel off the middle.</summary>
    Keras112,

    /// <summary>As the image utilities of Keras from 2.9: about the middle, but with rows and columns swapped, so that shifts exchange
    /// their axes, rotations change
    /// their sense, and the middle of a picture that is not square is missed.</summary>
    KerasCore,
}
