using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.OpenVpn;

/// <summary>How control packets are protected before TLS protects anything.</summary>
internal enum Wrapping : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A code proves who made them; they can be read.</summary>
    TlsAuth,

    /// <summary>They are encrypted with a key all clients share.</summary>
    TlsCrypt,

    /// <summary>They are encrypted with a key of this client.</summary>
    TlsCryptV2,
}

/// <summary>Opcodes. OpenVPN wire protocol, 2.</summary>
internal enum Opcode : byte
{
    SoftReset = 3,
    Control = 4,
    Ack = 5,
    DataV1 = 6,
    HardResetClientV2 = 7,
    HardResetServerV2 = 8,
    DataV2 = 9,
    HardResetClientV3 = 10,
    ControlWithKey = 11,
}

/// <summary>What the first packet of a side tells of all control packets to come.</summary>
/// <param name="Wrapping">How they are protected.</param>
/// <param name="Code">Bytes of the code in each, 0 without.</param>
internal readonly record struct ControlShape(Wrapping Wrapping, int Code)
{
    private const int Head = 9, Replay = 8, CryptCode = 32, AckCount = 1, PacketId = 4, SessionId = 8, MostAcks = 8;

    /// <summary>Least time that a packet can bear: 2001, when OpenVPN was first released.</summary>
    private const uint Earliest = 0x3A4F_C880;

    /// <summary>Shape of a hard reset, which opens a session; null when it is none. OpenVPN wire protocol, 4 and 5.</summary>
    public static ControlShape? OfReset(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Head + AckCount + PacketId || (packet[0] & 7) != 0 || packet.Slice(1, SessionId).IndexOfAnyExcept((byte)0) < 0) return null;
        switch ((Opcode)(packet[0] >> 3))
        {
            case Opcode.HardResetClientV2:
                return OfTail(packet, acks: 0) ?? (packet.Length == Head + Replay + CryptCode + AckCount + PacketId && IsReplay(packet[Head..], 0) ? new ControlShape(Wrapping.TlsCrypt, CryptCode) : null);
            case Opcode.HardResetServerV2:
                const int answer = Head + Replay + CryptCode + AckCount + PacketId + SessionId + PacketId;
                return OfTail(packet, acks: 1) ?? (packet.Length is >= answer and <= answer + 32 && IsReplay(packet[Head..], 0) ? new ControlShape(Wrapping.TlsCrypt, CryptCode) : null);
            case Opcode.HardResetClientV3:
                // Behind the encrypted part comes the client's key as the server once wrapped it, its length last.
                const int least = Head + Replay + CryptCode + AckCount + PacketId;
                int key = BinaryPrimitives.ReadUInt16BigEndian(packet[^2..]);
                return packet.Length is > least + 64 and <= 2048 && key > 64 && key <= packet.Length - least && IsReplay(packet[Head..], 0x0F) ? new ControlShape(Wrapping.TlsCryptV2, CryptCode) : null;
            default:
                return null;
        }
    }

    /// <summary>Number of a control packet within its side and the part of TLS in it; false when it cannot be read.</summary>
    public bool TryRead(ReadOnlySpan<byte> packet, out uint id, out ReadOnlySpan<byte> content)
    {
        id = 0;
        content = default;
        if (Wrapping > Wrapping.TlsAuth) return false;
        SpanReader reader = new(packet);
        reader.Skip(Head + Code + (Code > 0 ? Replay : 0));
        int acks = reader.U8();
        if (acks > MostAcks) return false;
        if (acks > 0) reader.Skip((acks * PacketId) + SessionId);
        id = reader.U32();
        content = reader.Rest;
        return !reader.Failed;
    }

    private static ControlShape? OfTail(ReadOnlySpan<byte> packet, int acks)
    {
        int tail = AckCount + PacketId + (acks * (PacketId + SessionId)), code = packet.Length - Head - tail;
        if (code < 0 || packet[^tail] != acks || packet[^4..].IndexOfAnyExcept((byte)0) >= 0) return null;
        if (code == 0) return new ControlShape(Wrapping.None, 0);
        code -= Replay;
        return code is 16 or 20 or 28 or 32 or 48 or 64 && IsReplay(packet[(Head + code)..], 0) ? new ControlShape(Wrapping.TlsAuth, code) : null;
    }

    /// <summary>A small number and a time. In its top byte a client that knows newer ways says so.</summary>
    private static bool IsReplay(ReadOnlySpan<byte> bytes, byte top) =>
        (bytes[0] & ~top) == 0 && (bytes[1] == 0 || top != 0) && BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) is >= Earliest and < 0xF000_0000;
}
