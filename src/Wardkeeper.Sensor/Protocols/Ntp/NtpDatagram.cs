using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Ntp;

/// <summary>What all NTP datagrams have in common, and the lengths that each mode must have.</summary>
/// <param name="Version">1 to 4.</param>
/// <param name="Mode">1 symmetric active, 2 symmetric passive, 3 client, 4 server, 5 broadcast, 6 control, 7 private.</param>
/// <param name="Extensions">Extension fields of a time message.</param>
internal readonly record struct NtpDatagram(byte Version, byte Mode, int Extensions)
{
    /// <summary>Bytes of a time message before extension fields and authenticator.</summary>
    public const int HeaderLength = 48;

    /// <summary>Control message.</summary>
    public const byte Control = 6;

    /// <summary>Implementation-specific message: the monlist of old servers is one.</summary>
    public const byte Private = 7;

    private const int MaxStratum = 16, MinExtension = 16, MaxControlData = 468;

    /// <summary>Reads what all modes share and checks the lengths; null means that it is right.</summary>
    /// <param name="bytes">The datagram.</param>
    /// <param name="truncated">Whether the capture holds only its beginning.</param>
    /// <param name="datagram">What it is.</param>
    public static Fault? Read(ReadOnlySpan<byte> bytes, bool truncated, out NtpDatagram datagram)
    {
        datagram = default;
        if (bytes.IsEmpty) return NtpFaults.Short;
        byte version = (byte)((bytes[0] >> 3) & 7), mode = (byte)(bytes[0] & 7);
        if (version is < 1 or > 4 || mode == 0) return NtpFaults.VersionOrMode;
        int extensions = 0;
        Fault? fault = mode switch
        {
            Control => ReadControl(bytes, truncated),
            Private => ReadPrivate(bytes, truncated),
            _ => Time(bytes, truncated, out extensions),
        };
        datagram = new NtpDatagram(version, mode, extensions);
        return fault;
    }

    private static Fault? Time(ReadOnlySpan<byte> bytes, bool truncated, out int extensions)
    {
        extensions = 0;
        if (bytes.Length < HeaderLength) return NtpFaults.Short;
        if (bytes[1] > MaxStratum) return NtpFaults.Stratum;
        ReadOnlySpan<byte> rest = bytes[HeaderLength..];
        // An authenticator is a key number with a digest (MD5 20, SHA-1 24 bytes in all), or the number alone (crypto-NAK).
        while (rest.Length is not (0 or 4 or 20 or 24))
        {
            int length = rest.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < MinExtension || length % 4 != 0 || length > rest.Length) return truncated || IsLongDigest(rest, extensions) ? null : NtpFaults.Trailer;
            extensions++;
            rest = rest[length..];
        }
        return null;
    }

    // SHA-2 digests as some servers are set up to use them: a key number, then 28, 32, 48 or 64 bytes.
    private static bool IsLongDigest(ReadOnlySpan<byte> rest, int extensions) => extensions == 0 && rest.Length is 32 or 36 or 52 or 68;

    // RFC 9327: twelve bytes, then as many as "count" says, padded to four, then perhaps an authenticator.
    private static Fault? ReadControl(ReadOnlySpan<byte> bytes, bool truncated)
    {
        if (bytes.Length < 12) return NtpFaults.Short;
        bool isResponse = (bytes[1] & 0x80) != 0, isError = (bytes[1] & 0x40) != 0;
        int operation = bytes[1] & 0x1F, data = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        // The two bits before the version are zero; operations are few; a request is no error. Text that begins with "N" is not all of that.
        if ((bytes[0] & 0xC0) != 0 || operation is > 12 and < 31 || (isError && !isResponse) || data > MaxControlData) return NtpFaults.Management;
        return truncated || bytes.Length - 12 >= data ? null : NtpFaults.Short;
    }

    private static Fault? ReadPrivate(ReadOnlySpan<byte> bytes, bool truncated)
    {
        if (bytes.Length < 8) return NtpFaults.Short;
        ushort items = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), size = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        // Implementation 0, 2 and 3 are all there were; four bits before the size are zero; errors are counted to 7.
        if (bytes[2] is not (0 or 2 or 3) || size > 0xFFF || items >> 12 > 7) return NtpFaults.Management;
        return truncated || bytes.Length - 8 >= (items & 0xFFF) * size ? null : NtpFaults.Short;
    }
}
