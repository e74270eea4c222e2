using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Extension numbers that are read. IANA registry "TLS ExtensionType Values".</summary>
internal static class ExtensionType
{
    public const ushort ServerName = 0;
    public const ushort SupportedGroups = 10;
    public const ushort EcPointFormats = 11;
    public const ushort SignatureAlgorithms = 13;
    public const ushort ApplicationLayerProtocolNegotiation = 16;
    public const ushort SessionTicket = 35;
    public const ushort PreSharedKey = 41;
    public const ushort EarlyKeyShare = 40;
    public const ushort SupportedVersions = 43;
    public const ushort KeyShare = 51;
}

/// <summary>The values that clients add to see whether servers ignore what they do not know. RFC 8701.</summary>
internal static class Grease
{
    /// <summary>Whether the value is one of the sixteen.</summary>
    public static bool Is(int value) => (value & 0x0F0F) == 0x0A0A && (value >> 8) == (value & 0xFF);
}

/// <summary>A block of extensions, read one by one; it ends early when a length lies.</summary>
internal ref struct ExtensionReader(ReadOnlySpan<byte> block)
{
    private SpanReader reader = new(block);

    /// <summary>Number of the extension just read.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its content.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Whether the block ended within an extension.</summary>
    public readonly bool IsMalformed => reader.Failed;

    /// <summary>Goes to the next extension.</summary>
    public bool Next()
    {
        if (reader.Remaining == 0) return false;
        Type = reader.U16();
        Data = reader.Take(reader.U16());
        return !reader.Failed;
    }

    /// <summary>Content of the first extension of this type.</summary>
    public static bool TryFind(ReadOnlySpan<byte> block, ushort type, out ReadOnlySpan<byte> data)
    {
        ExtensionReader extensions = new(block);
        while (extensions.Next())
        {
            if (extensions.Type != type) continue;
            data = extensions.Data;
            return true;
        }
        data = default;
        return false;
    }
}

/// <summary>A list of 16-bit values.</summary>
internal readonly ref struct Values16(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How many there are.</summary>
    public int Count => bytes.Length / 2;

    /// <summary>One of them.</summary>
    public ushort this[int index] => BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * index)..]);

    /// <summary>Reads a list behind a 16-bit length in bytes, as far as it is there.</summary>
    public static Values16 Listed(ReadOnlySpan<byte> data) => data.Length < 2 ? default : new(data.Slice(2, Math.Min(data.Length - 2, BinaryPrimitives.ReadUInt16BigEndian(data))));
}

/// <summary>What a client offers. RFC 8446, 4.1.2; in the form of SSL 2.0: RFC 5246, E.2.</summary>
internal readonly ref struct ClientHello
{
    /// <summary>The version field: the highest version of a client before TLS 1.3, 0x0303 since.</summary>
    public ushort Version { get; private init; }

    /// <summary>Identifier of the session to resume; empty if none.</summary>
    public ReadOnlySpan<byte> SessionId { get; private init; }

    /// <summary>Cipher suites in the order of preference; empty for the form of SSL 2.0, whose suites have three bytes.</summary>
    public Values16 CipherSuites { get; private init; }

    /// <summary>Block of extensions.</summary>
    public ReadOnlySpan<byte> Extensions { get; private init; }

    /// <summary>Whether it came in the form of SSL 2.0.</summary>
    public bool IsVersion2Form { get; private init; }

    /// <summary>Whether the extensions end before their lengths say so.</summary>
    public bool IsMalformed { get; private init; }

    /// <summary>Reads the body of the message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ClientHello hello)
    {
        SpanReader reader = new(body);
        ushort version = reader.U16();
        reader.Skip(32);
        ReadOnlySpan<byte> session = reader.Take(reader.U8());
        ReadOnlySpan<byte> suites = reader.Take(reader.U16());
        reader.Skip(reader.U8());
        hello = default;
        if (reader.Failed || session.Length > 32 || suites.Length < 2 || suites.Length % 2 != 0) return false;
        ReadOnlySpan<byte> block = default;
        bool malformed = false;
        if (reader.Remaining >= 2)
        {
            int claimed = reader.U16();
            malformed = claimed != reader.Remaining;
            block = reader.Take(Math.Min(claimed, reader.Remaining));
        }
        ExtensionReader extensions = new(block);
        while (extensions.Next())
        {
        }
        hello = new ClientHello
        {
            Version = version,
            SessionId = session,
            CipherSuites = new(suites),
            Extensions = block,
            IsMalformed = malformed || extensions.IsMalformed,
        };
        return true;
    }

    /// <summary>Reads a whole record in the form of SSL 2.0.</summary>
    public static bool TryReadVersion2(ReadOnlySpan<byte> record, out ClientHello hello)
    {
        hello = default;
        if (!Ssl2.IsClientHello(record)) return false;
        hello = new ClientHello { Version = BinaryPrimitives.ReadUInt16BigEndian(record[3..]), IsVersion2Form = true };
        return true;
    }

    /// <summary>Whether it is DTLS, over datagrams.</summary>
    public bool IsDatagrams => Version >> 8 == 0xFE || Version == 0x0100;

    /// <summary>The highest version it offers, GREASE aside.</summary>
    public int HighestVersion
    {
        get
        {
            if (!ExtensionReader.TryFind(Extensions, ExtensionType.SupportedVersions, out ReadOnlySpan<byte> data) || data.Length < 3) return Version;
            Values16 offered = new(data.Slice(1, Math.Min(data[0], data.Length - 1) & ~1));
            int highest = 0;
            for (int i = 0; i < offered.Count; i++)
            {
                // Numbers of DTLS count down.
                if (!Grease.Is(offered[i])) highest = highest == 0 || (IsDatagrams ? offered[i] < highest : offered[i] > highest) ? offered[i] : highest;
            }
            return highest == 0 ? Version : highest;
        }
    }

    /// <summary>The first host name of the server-name extension, as bytes; empty if none. RFC 6066, 3.</summary>
    public ReadOnlySpan<byte> ServerName
    {
        get
        {
            if (!ExtensionReader.TryFind(Extensions, ExtensionType.ServerName, out ReadOnlySpan<byte> data)) return default;
            SpanReader reader = new(data);
            reader.Skip(2);
            while (reader.Remaining > 0)
            {
                byte kind = reader.U8();
                ReadOnlySpan<byte> name = reader.Take(reader.U16());
                if (kind == 0) return name;
            }
            return default;
        }
    }

    /// <summary>Application protocols it offers, in its order, GREASE aside; null without that extension. RFC 7301.</summary>
    public List<string>? Protocols()
    {
        const int mostProtocols = 32;
        if (!ExtensionReader.TryFind(Extensions, ExtensionType.ApplicationLayerProtocolNegotiation, out ReadOnlySpan<byte> data)) return null;
        SpanReader reader = new(data);
        reader.Skip(2);
        List<string> names = [];
        while (reader.Remaining > 0 && names.Count < mostProtocols)
        {
            ReadOnlySpan<byte> name = reader.Take(reader.U8());
            bool isGrease = name.Length == 2 && Grease.Is((name[0] << 8) | name[1]);
            if (!reader.Failed && !isGrease) names.Add(Encoding.UTF8.GetString(name));
        }
        return names;
    }
}
