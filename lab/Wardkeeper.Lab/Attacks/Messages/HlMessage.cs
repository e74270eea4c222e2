using System.Globalization;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>A message in three versions: as its sender means it, as an attacker changes it, and as its sender corrects it later.</summary>
/// <param name="Header">MSH segment with a place for the control id.</param>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Before">Segments before the one that tells.</param>
/// <param name="Telling">That segment for a status, with places for two values.</param>
/// <param name="Honest">Its values.</param>
/// <param name="Forged">The attacker's values.</param>
/// <param name="Corrected">The sender's later values.</param>
/// <param name="First">Status of a first message, for example <c>F</c>.</param>
/// <param name="Correction">Status of a correction, for example <c>C</c>.</param>
/// <param name="Patient">Whom it concerns.</param>
internal sealed record HlMessage(string Header, string ControlId, IReadOnlyList<string> Before, Func<string, string> Telling, string[] Honest, string[] Forged, string[] Corrected, string First, string Correction, string Patient)
{
    /// <summary>As first sent.</summary>
    public string AsSent => Text(ControlId, Honest, First);

    /// <summary>The same control id, other values.</summary>
    public string AsForged => Text(ControlId, Forged, First);

    /// <summary>The sender's correction: a control id of its own, marked as a correction where there is a mark for it.</summary>
    public string AsCorrected => Text(ControlId + "C", Corrected, Correction);

    private string Text(string id, string[] values, string status) =>
        string.Concat(((IEnumerable<string>)[string.Format(CultureInfo.InvariantCulture, Header, id), .. Before, string.Format(CultureInfo.InvariantCulture, Telling(status), values)]).Select(segment => segment + "\r"));
}
