namespace Wardkeeper.Sensor.Protocols.Websocket;

/// <summary>Every way to be wrong.</summary>
internal static class WebsocketFaults
{
    /// <summary>A frame of an opcode that is none, a control frame that is too long or in parts, or a length beyond all numbers.</summary>
    public static readonly Fault BadFrame = new("websocket.bad-frame", "RFC 6455 5.2, 5.5");
}
