using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>Reads a key frame (IEEE 802.11, 12.7.2): which message of which handshake it is. Pure.</summary>
internal static class KeyReader
{
    private const int DataOffset = 95, ShortCheckedLength = 16;
    private const int Pairwise = 0x0008, Ack = 0x0080, Checked = 0x0100, Secure = 0x0200, Error = 0x0400, Request = 0x0800, Encrypted = 0x1000;

    /// <summary>Adds what the frame says; null means that it is right.</summary>
    public static Fault? Read(ReadOnlySpan<byte> body, ref EapolFrame into)
    {
        if (body.IsEmpty) return EapolFaults.Key;
        string? descriptor = body[0] switch { 1 => "rc4", 2 => "rsn", 254 => "wpa", _ => null };
        if (descriptor is null) return EapolFaults.Key;
        into = into with { KeyDescriptor = descriptor };
        if (descriptor == "rc4") return null;
        if (body.Length < DataOffset) return EapolFaults.Key;
        int flags = BinaryPrimitives.ReadUInt16BigEndian(body[1..]), length = BinaryPrimitives.ReadUInt16BigEndian(body[(DataOffset - 2)..]);
        into = into with
        {
            KeyMessage = Message(flags, hasData: length > 0),
            ReplayCounter = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(body[5..]), long.MaxValue),
            IsRequest = (flags & Request) != 0 ? true : null,
            IsError = (flags & Error) != 0 ? true : null,
        };
        if (length > body.Length - DataOffset) return (flags & 7) == 0 ? null : EapolFaults.Key;
        if ((flags & Encrypted) == 0 && HasMasterKeyId(body.Slice(DataOffset, length))) into = into with { HasPmkid = true };
        return null;
    }

    /// <summary>Messages of the two handshakes; WPA's fourth is told from its second by having no data.</summary>
    private static string? Message(int flags, bool hasData) => (flags & (Pairwise | Ack | Checked)) switch
    {
        Pairwise | Ack => "1/4",
        Pairwise | Ack | Checked => "3/4",
        Pairwise | Checked => (flags & Secure) != 0 || !hasData ? "4/4" : "2/4",
        Ack | Checked => "group 1/2",
        Checked => "group 2/2",
        _ => null,
    };

    /// <summary>The name of the master key in the first message lets whoever hears it guess passwords at home. 12.7.2, table of KDEs.</summary>
    private static bool HasMasterKeyId(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 2 && data[1] >= 4 && data[1] <= data.Length - 2)
        {
            if (data[0] == 0xDD && data[2..].StartsWith((ReadOnlySpan<byte>)[0x00, 0x0F, 0xAC, 4]) && data[1] == 4 + ShortCheckedLength) return data.Slice(6, ShortCheckedLength).ContainsAnyExcept((byte)0);
            data = data[(2 + data[1])..];
        }
        return false;
    }
}
