using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>What the flow that announces another says of the file that will pass there.</summary>
/// <param name="Name">Name of the file, with what names a patient masked; null when it has none.</param>
/// <param name="IsFile">Whether it is a file, and no list of names.</param>
internal sealed record AnnouncedFile(MaskedText? Name, bool IsFile);
