namespace DlStore.Learning.Weights;

/// <summary>The version at the start of a darknet file.</summary>
/// <param name="Major">0 in all that are known.</param>
/// <param name="Minor">From 2 on, the count of images has 64 bits.</param>
/// <param name="Revision">Of no consequence.</param>
public sealed record DarknetHeader(int Major, int Minor, int Revision);
