using Wardkeeper.Lab.Day;

namespace Wardkeeper.Lab.Commands;

/// <summary>What a person must know of an event that failed; no patient's data.</summary>
internal static class FailureText
{
    /// <summary>Time, kind and who.</summary>
    public static string Of(LabEvent what) => $"{what.At:hh\\:mm\\:ss} {what.GetType().Name} {what.Actor}";
}
