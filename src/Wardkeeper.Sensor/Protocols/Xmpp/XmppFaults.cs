namespace Wardkeeper.Sensor.Protocols.Xmpp;

/// <summary>Every way to be wrong.</summary>
internal static class XmppFaults
{
    /// <summary>A tag longer than is read.</summary>
    public static readonly Fault TagTooLong = new("xmpp.tag-too-long", "RFC 6120 4.9.3");
}
