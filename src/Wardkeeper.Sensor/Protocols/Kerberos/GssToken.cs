using System.Buffers.Binary;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>What carries an authentication.</summary>
internal enum GssMechanism : byte
{
    /// <summary>None is told, or one that is not known.</summary>
    Unknown,

    /// <summary>NTLM. MS-NLMP.</summary>
    Ntlm,

    /// <summary>Kerberos 5. RFC 4121.</summary>
    Kerberos,
}

/// <summary>
/// One token of an authentication as SMB, LDAP, HTTP and DCE/RPC carry it: bare NTLM or Kerberos, Kerberos in the frame of RFC 2743
/// (section 3.1), or either in SPNEGO's negotiation (RFC 4178, section 4.2). What is cut off or malformed reads as nothing.
/// </summary>
internal readonly ref struct GssToken
{
    private const byte Frame = 0x60, FirstToken = 0xA0, LaterToken = 0xA1, Enumerated = 0x0A;

    /// <summary>The mechanism's own token; empty when there is none.</summary>
    public ReadOnlySpan<byte> Inner { get; private init; }

    /// <summary>The mechanism.</summary>
    public GssMechanism Mechanism { get; private init; }

    /// <summary>What the server says of the negotiation: done (0), going on (1), refused (2); -1 when it says nothing. RFC 4178, section 4.2.2.</summary>
    public int State { get; private init; }

    /// <summary>Whether bytes begin as NTLM's messages do.</summary>
    public static bool IsNtlm(ReadOnlySpan<byte> bytes) => bytes.StartsWith("NTLMSSP\0"u8);

    /// <summary>Reads a token.</summary>
    public static GssToken Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return new GssToken { State = -1 };
        if (bytes[0] == Frame) return Framed(bytes);
        return bytes[0] is FirstToken or LaterToken ? Negotiation(bytes) : Bare(bytes, -1);
    }

    private static GssToken Framed(ReadOnlySpan<byte> bytes)
    {
        BerReader reader = new(Inside(bytes));
        if (!reader.TryTake(BerReader.ObjectId, out ReadOnlySpan<byte> mechanism)) return new GssToken { State = -1 };
        return OfIdentifier(mechanism) == GssMechanism.Kerberos ? InKerberosFrame(reader.Rest, -1) : Negotiation(reader.Rest);
    }

    /// <summary>Two bytes tell which of Kerberos' messages follows. RFC 4121, section 4.1.</summary>
    private static GssToken InKerberosFrame(ReadOnlySpan<byte> bytes, int state) =>
        new() { Mechanism = GssMechanism.Kerberos, State = state, Inner = bytes.Length > 2 && BinaryPrimitives.ReadUInt16BigEndian(bytes) is 0x0100 or 0x0200 or 0x0300 ? bytes[2..] : default };

    private static GssToken Bare(ReadOnlySpan<byte> bytes, int state)
    {
        if (IsNtlm(bytes)) return new GssToken { Mechanism = GssMechanism.Ntlm, Inner = bytes, State = state };
        if (bytes.IsEmpty) return new GssToken { State = state };
        if (bytes[0] == Frame)
        {
            GssToken framed = Framed(bytes);
            return new GssToken { Mechanism = framed.Mechanism, Inner = framed.Inner, State = state };
        }
        return bytes[0] is KerberosMessage.ApRequest or KerberosMessage.ApReply or KerberosMessage.Error
            ? new GssToken { Mechanism = GssMechanism.Kerberos, Inner = bytes, State = state }
            : new GssToken { State = state };
    }

    private static GssToken Negotiation(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] is not (FirstToken or LaterToken)) return new GssToken { State = -1 };
        bool isFirst = bytes[0] == FirstToken;
        BerReader fields = new(Inside(Inside(bytes)));
        int state = -1;
        ReadOnlySpan<byte> inner = default;
        GssMechanism mechanism = GssMechanism.Unknown;
        while (fields.TryHeaderAndPart(out byte tag, out ReadOnlySpan<byte> content))
        {
            BerReader value = new(content);
            switch (tag)
            {
                case 0xA0 when isFirst:
                    BerReader kinds = new(Inside(content));
                    if (kinds.TryTake(BerReader.ObjectId, out ReadOnlySpan<byte> preferred)) mechanism = OfIdentifier(preferred);
                    break;
                case 0xA0:
                    if (value.TryTake(Enumerated, out ReadOnlySpan<byte> said) && said.Length == 1) state = said[0];
                    break;
                case 0xA1 when !isFirst:
                    if (value.TryTake(BerReader.ObjectId, out ReadOnlySpan<byte> chosen)) mechanism = OfIdentifier(chosen);
                    break;
                case 0xA2:
                    inner = Inside(content);
                    break;
                default:
                    break;
            }
        }
        GssToken token = Bare(inner, state);
        return token.Mechanism == GssMechanism.Unknown ? new GssToken { Mechanism = mechanism, State = state } : token;
    }

    /// <summary>1.2.840.113554.1.2.2, the same with Microsoft's slip of a bit, and 1.3.6.1.4.1.311.2.2.10.</summary>
    private static GssMechanism OfIdentifier(ReadOnlySpan<byte> identifier)
    {
        if (identifier.SequenceEqual((ReadOnlySpan<byte>)[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2]) || identifier.SequenceEqual((ReadOnlySpan<byte>)[0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 1, 2, 2])) return GssMechanism.Kerberos;
        return identifier.SequenceEqual((ReadOnlySpan<byte>)[0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0A]) ? GssMechanism.Ntlm : GssMechanism.Unknown;
    }

    /// <summary>What lies within the element that begins here, as far as it is there.</summary>
    private static ReadOnlySpan<byte> Inside(ReadOnlySpan<byte> bytes)
    {
        BerReader reader = new(bytes);
        return reader.TryHeaderAndPart(out _, out ReadOnlySpan<byte> content) ? content : default;
    }
}
