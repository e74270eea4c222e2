using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Console.Pages.Trust;

/// <summary>A field in which a device's number may be written, as <c>D-12</c> or <c>12</c>.</summary>
internal static class DeviceField
{
    /// <summary>The number; null when nothing was written.</summary>
    /// <exception cref="RefusedException">It is no number.</exception>
    public static long? Read(string text)
    {
        string typed = text.Trim().TrimStart('D', 'd').TrimStart('-');
        return typed.Length == 0 ? null : long.TryParse(typed, out long number) ? number : throw new RefusedException(Refusal.Invalid, "device", "device-wrong", "Write the device's number, as D-12.");
    }
}
