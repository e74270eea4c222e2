namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>Every way to be wrong. Chapters are those of Philips' Data Export Interface Programming Guide (4535 642 59271).</summary>
internal static class DataExportFaults
{
    /// <summary>A datagram that is no message, or shorter or longer than it says.</summary>
    public static readonly Fault MalformedMessage = new("data-export.malformed-message", "Data Export guide, chapter 5, Protocol Commands");

    /// <summary>An attribute, or a list of them, that is cut off.</summary>
    public static readonly Fault MalformedAttribute = new("data-export.malformed-attribute", "Data Export guide, chapter 5, Common Data Types");

    /// <summary>An association message without the user information that its header announces.</summary>
    public static readonly Fault MalformedAssociation = new("data-export.malformed-association", "Data Export guide, chapter 6, Association Control Protocol");
}
