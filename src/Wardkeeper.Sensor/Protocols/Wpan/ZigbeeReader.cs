namespace Wardkeeper.Sensor.Protocols.Wpan;

/// <summary>
/// Reads ZigBee's network header and, where that is not encrypted, the application support header behind it (ZigBee specification
/// 05-3474, 3.3, 2.2.5 and 4.4). Pure.
/// </summary>
internal static class ZigbeeReader
{
    private const int Version = 2, KeyTransportKey = 2;

    /// <summary>Adds what the headers say; nothing if it is not ZigBee.</summary>
    public static Fault? Read(ReadOnlySpan<byte> body, ref WpanEvent into)
    {
        SpanReader reader = new(body);
        int control = reader.U16Little(), type = control & 3;
        if (reader.Failed || type > 1 || ((control >> 2) & 15) != Version) return null;
        reader.Skip(2);
        ushort source = reader.U16Little();
        reader.Skip(2);
        bool isSecured = (control & 0x200) != 0;
        if ((control & 0x800) != 0) reader.Skip(8);
        ulong extended = (control & 0x1000) != 0 ? U64Little(ref reader) : 0;
        if ((control & 0x100) != 0) reader.Skip(1);
        if ((control & 0x400) != 0)
        {
            int relays = reader.U8();
            reader.Skip(1 + (2 * relays));
        }
        ulong signer = isSecured ? Auxiliary(ref reader, out _) : 0;
        if (reader.Failed) return WpanFaults.Network;
        // Whoever signs hop by hop is the sender of this frame; the source may be further away.
        if (extended == 0 && source == into.SenderShort) extended = signer;
        into = into with
        {
            Kind = "traffic",
            NetworkSource = source,
            NetworkExtended = extended,
            SenderExtended = into.SenderExtended != 0 ? into.SenderExtended : signer,
            IsNetworkSecured = isSecured,
        };
        return isSecured || type != 0 ? null : Application(ref reader, ref into);
    }

    private static Fault? Application(ref SpanReader reader, ref WpanEvent into)
    {
        int control = reader.U8();
        bool isSecured = (control & 0x20) != 0;
        into = into with { IsApplicationSecured = isSecured };
        if ((control & 3) != 1) return reader.Failed ? WpanFaults.Application : null;
        reader.Skip(1);
        if (isSecured)
        {
            Auxiliary(ref reader, out int key);
            if (key == KeyTransportKey) into = into with { Kind = "key-transport", IsCleartext = false };
        }
        else
        {
            int command = reader.U8(), kind = reader.U8();
            if (command == 5) into = into with { Kind = "key-transport", IsCleartext = true, KeyKind = KeyKind(kind) };
            else if (command is >= 1 and <= 4) into = into with { Kind = "key-establishment" };
        }
        return reader.Failed ? WpanFaults.Application : null;
    }

    /// <summary>The header of what is encrypted: which key, and who signed. 4.5.1.</summary>
    private static ulong Auxiliary(ref SpanReader reader, out int key)
    {
        int control = reader.U8();
        key = (control >> 3) & 3;
        reader.Skip(4);
        ulong signer = (control & 0x20) != 0 ? U64Little(ref reader) : 0;
        if (key == 1) reader.Skip(1);
        return signer;
    }

    private static ulong U64Little(ref SpanReader reader) => reader.U32Little() | ((ulong)reader.U32Little() << 32);

    private static string KeyKind(int kind) => kind switch
    {
        0 => "trust-centre-master",
        1 => "network",
        2 => "application-master",
        3 => "application-link",
        4 => "trust-centre-link",
        5 => "network-high-security",
        _ => "unknown",
    };
}
