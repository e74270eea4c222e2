namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>Every way in which bytes can be wrong as POCT1-A.</summary>
internal static class PoctFaults
{
    /// <summary>Bytes that begin no message lie where one should begin; they are passed over.</summary>
    public static readonly Fault TextBetweenMessages = new("poct1a.text-between-messages", "POCT01-A2, Device Messaging Layer");

    /// <summary>The conversation ended inside a message.</summary>
    public static readonly Fault MessageUnfinished = new("poct1a.message-unfinished", "POCT01-A2, Device Messaging Layer");

    /// <summary>A message is longer than what is held; its beginning is read, the rest passed over.</summary>
    public static readonly Fault MessageTooLong = new("poct1a.message-too-long", "POCT01-A2, DSC.max_message_sz");

    /// <summary>A message is no well-formed XML, or has a document type.</summary>
    public static readonly Fault Malformed = new("poct1a.malformed", "XML 1.0, 2.1 Well-formed documents");

    /// <summary>The bytes are not in the character set that the XML declaration names.</summary>
    public static readonly Fault CharacterSet = new("poct1a.character-set", "XML 1.0, 4.3.3 Character encoding");

    /// <summary>An acknowledgement does not say what it acknowledges, or how.</summary>
    public static readonly Fault Acknowledgement = new("poct1a.acknowledgement", "POCT01-A2, ACK.R01");

    /// <summary>A device speaks without having said who it is.</summary>
    public static readonly Fault HelloMissing = new("poct1a.hello-missing", "POCT01-A2, HEL.R01");
}
