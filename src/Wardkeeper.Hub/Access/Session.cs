using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>A sign-in that is still good.</summary>
/// <param name="Hash">Hash of its identifier; the identifier itself is kept by the browser alone.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Created">When it began; wall-clock time.</param>
/// <param name="LastUsed">When it was used last, to the minute; wall-clock time.</param>
/// <param name="Expires">When it ends at the latest.</param>
/// <param name="AwaitsCode">Whether only the password was given so far: it opens nothing.</param>
/// <param name="Address">Where it began.</param>
/// <param name="Agent">Browser it began with, as it called itself, cut short.</param>
public sealed record Session(string Hash, long UserId, CaptureTime Created, CaptureTime LastUsed, CaptureTime Expires, bool AwaitsCode, string? Address, string? Agent);
