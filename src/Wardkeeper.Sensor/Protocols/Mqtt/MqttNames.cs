using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>Names of answers, and what a content looks like.</summary>
internal static class MqttNames
{
    /// <summary>A broker's answer to a connection. MQTT 3.1.1 3.2.2.3, MQTT 5.0 3.2.2.2.</summary>
    public static string Status(byte code) => code switch
    {
        0 => "Connection Accepted",
        1 => "Refused: unacceptable protocol version",
        2 => "Refused: identifier rejected",
        3 => "Refused: server unavailable",
        4 => "Refused: bad user name or password",
        5 => "Refused: not authorized",
        0x81 => "Malformed packet",
        0x82 => "Protocol error",
        0x84 => "Unsupported protocol version",
        0x85 => "Client identifier not valid",
        0x86 => "Bad user name or password",
        0x87 => "Not authorized",
        0x88 => "Server unavailable",
        0x89 => "Server busy",
        0x8A => "Banned",
        0x8C => "Bad authentication method",
        0x9F => "Connection rate exceeded",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What a content looks like from its first bytes; null when there is none.</summary>
    public static string? Kind(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return null;
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || content.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])) return "image";
        bool isText = true;
        foreach (byte b in content) isText &= b is >= 0x20 and not 0x7F or (byte)'\t' or (byte)'\r' or (byte)'\n';
        if (!isText) return "binary";
        byte first = content.TrimStart(" \t\r\n"u8) is [var one, ..] ? one : (byte)' ';
        return (char)first switch { '{' or '[' => "json", '<' => "xml", _ => "text" };
    }
}
