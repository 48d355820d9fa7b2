namespace DlStore.Objects;

/// <summary>A packed object and the reader that can fetch it.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Entry">Where in it.</param>
public readonly record struct PackedObject(PackReader Pack, PackEntry Entry);
