using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>What a server chose. RFC 8446, 4.1.3.</summary>
internal readonly ref struct ServerHello
{
    /// <summary>The version field; 0x0303 since TLS 1.3.</summary>
    public ushort LegacyVersion { get; private init; }

    /// <summary>The version that was chosen.</summary>
    public int Version { get; private init; }

    /// <summary>Session identifier.</summary>
    public ReadOnlySpan<byte> SessionId { get; private init; }

    /// <summary>Cipher suite.</summary>
    public ushort CipherSuite { get; private init; }

    /// <summary>Block of extensions.</summary>
    public ReadOnlySpan<byte> Extensions { get; private init; }

    /// <summary>Whether it asks the client to say hello again.</summary>
    public bool IsHelloRetryRequest { get; private init; }

    /// <summary>Whether the version is TLS 1.3 or a draft of it.</summary>
    public static bool IsTls13(int version) => version is 0x0304 or 0xFEFC || version >> 8 is 0x7E or 0x7F;

    /// <summary>The random value that makes a server's hello a request to retry (SHA-256 of "HelloRetryRequest"). RFC 8446, 4.1.3.</summary>
    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    /// <summary>Reads the body of the message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ServerHello hello)
    {
        SpanReader reader = new(body);
        ushort version = reader.U16();
        ReadOnlySpan<byte> random = reader.Take(32);
        // Until draft 21 TLS 1.3 had its version here and neither session nor compression.
        bool isEarlyDraft = version == 0x0304 || (version >> 8 == 0x7F && (version & 0xFF) < 22);
        ReadOnlySpan<byte> session = isEarlyDraft ? default : reader.Take(reader.U8());
        ushort suite = reader.U16();
        if (!isEarlyDraft) reader.Skip(1);
        hello = default;
        if (reader.Failed || session.Length > 32) return false;
        ReadOnlySpan<byte> block = default;
        if (reader.Remaining >= 2) block = reader.Take(Math.Min(reader.U16(), reader.Remaining));
        int chosen = version;
        if (ExtensionReader.TryFind(block, ExtensionType.SupportedVersions, out ReadOnlySpan<byte> data) && data.Length == 2) chosen = BinaryPrimitives.ReadUInt16BigEndian(data);
        hello = new ServerHello
        {
            LegacyVersion = version,
            Version = chosen,
            SessionId = session,
            CipherSuite = suite,
            Extensions = block,
            IsHelloRetryRequest = random.SequenceEqual(RetryRandom),
        };
        return true;
    }

    /// <summary>Group of the key share it sent, or 0. Drafts of TLS 1.3 before 23 had another number for it.</summary>
    public int Group
    {
        get
        {
            ushort type = IsTls13(Version) && !ExtensionReader.TryFind(Extensions, ExtensionType.KeyShare, out _) ? ExtensionType.EarlyKeyShare : ExtensionType.KeyShare;
            return ExtensionReader.TryFind(Extensions, type, out ReadOnlySpan<byte> data) && data.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(data) : 0;
        }
    }

    /// <summary>Protocol it chose by ALPN, as bytes; empty if none. RFC 7301.</summary>
    public ReadOnlySpan<byte> NextProtocol
    {
        get
        {
            if (!ExtensionReader.TryFind(Extensions, ExtensionType.ApplicationLayerProtocolNegotiation, out ReadOnlySpan<byte> data)) return default;
            SpanReader reader = new(data);
            reader.Skip(2);
            return reader.Take(reader.U8());
        }
    }
}
