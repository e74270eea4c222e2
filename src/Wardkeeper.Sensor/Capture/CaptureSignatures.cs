using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Capture;

/// <summary>Says what a file is that is no capture, so that the user knows what to do with it.</summary>
internal static class CaptureSignatures
{
    private static readonly (byte[] Start, string What)[] Known =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive: unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz-compressed data: unpack it first, or pipe it in: xz -dc FILE | wardkeeper analyze -"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd-compressed data: unpack it first, or pipe it in: zstd -dc FILE | wardkeeper analyze -"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4-compressed data: unpack it first, or pipe it in: lz4 -dc FILE | wardkeeper analyze -"),
        ([0x42, 0x5A, 0x68], "bzip2-compressed data: unpack it first, or pipe it in: bzip2 -dc FILE | wardkeeper analyze -"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive: unpack it first"),
        ([0x52, 0x61, 0x72, 0x21], "a RAR archive: unpack it first"),
        ([0x1F, 0x8B], "gzip inside gzip: unpack it once"),
        ("snoop\0\0\0"u8.ToArray(), "a Solaris snoop capture: convert it first: editcap -F pcapng FILE OUT"),
        ("btsnoop\0"u8.ToArray(), "a Bluetooth btsnoop capture, which holds no network packets"),
        ("GMBU"u8.ToArray(), "a Microsoft Network Monitor capture: convert it first: editcap -F pcapng FILE OUT"),
        ("RTSS"u8.ToArray(), "a Microsoft Network Monitor capture: convert it first: editcap -F pcapng FILE OUT"),
        ("XCP\0"u8.ToArray(), "a Network Associates Sniffer capture: convert it first: editcap -F pcapng FILE OUT"),
        ("TRSNIFF data"u8.ToArray(), "a Sniffer capture: convert it first: editcap -F pcapng FILE OUT"),
        ([0x1C, 0x00, 0x01, 0xAB], "an IXIA capture: convert it first: editcap -F pcapng FILE OUT"),
        ([0x1C, 0x00, 0x01, 0xAC], "an IXIA capture: convert it first: editcap -F pcapng FILE OUT"),
        ([0xA1, 0xB2, 0x34, 0xCD], "a pcap variant that is not read: convert it first: editcap -F pcapng FILE OUT"),
        ([0xCD, 0x34, 0xB2, 0xA1], "a pcap variant that is not read: convert it first: editcap -F pcapng FILE OUT"),
        ([0xA1, 0x2B, 0x3C, 0x4D], "a pcap variant that is not read: convert it first: editcap -F pcapng FILE OUT"),
        ([0x4D, 0x3C, 0x2B, 0xA1], "a pcap variant that is not read: convert it first: editcap -F pcapng FILE OUT"),
        ("%PDF"u8.ToArray(), "a PDF document"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ("SQLite format 3"u8.ToArray(), "a SQLite database"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ];

    /// <summary>True if gzip-compressed data begin so.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == 0x1F && start[1] == 0x8B;

    /// <summary>What a file begins with, for example <c>starts with bytes 50 4b 03 04 (a zip archive: unpack it first)</c>.</summary>
    /// <param name="start">Its first 512 bytes, decompressed, or as many as there are.</param>
    /// <param name="isCompressed">It was compressed with gzip.</param>
    public static string Describe(ReadOnlySpan<byte> start, bool isCompressed)
    {
        string outside = isCompressed ? "gzip data that hold " : "";
        if (start.IsEmpty) return isCompressed ? "gzip data that hold nothing" : "the file is empty";
        StringBuilder text = new(outside.Length > 0 ? outside + "something that starts with bytes" : "starts with bytes");
        foreach (byte value in start[..Math.Min(start.Length, 8)]) text.Append(' ').Append(value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        if (WhatIs(start) is { } what) text.Append(" (").Append(what).Append(')');
        return text.ToString();
    }

    private static string? WhatIs(ReadOnlySpan<byte> start)
    {
        foreach ((byte[] begin, string what) in Known)
        {
            if (start.StartsWith(begin)) return what;
        }
        if (start.Length >= 262 && start[257..].StartsWith("ustar"u8)) return "a tar archive: unpack it first";
        if (IsText(start)) return "text";
        return IsErf(start) ? "perhaps an Endace ERF capture: convert it first: editcap -F pcapng FILE OUT" : null;
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (byte value in start)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r')) return false;
        }
        return start.IndexOfAnyInRange<byte>(0x20, 0x7E) >= 0;
    }

    // ERF has no magic; two records in a row must have a known type and lengths that fit each other.
    private static bool IsErf(ReadOnlySpan<byte> start)
    {
        for (int record = 0; record < 2; record++)
        {
            if (start.Length < 16) return false;
            int type = start[8] & 0x7F, length = BinaryPrimitives.ReadUInt16BigEndian(start[10..]), wire = BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
            if (type is 0 or > 50 || length < 16 || wire == 0 || length > wire + 64) return false;
            if (length >= start.Length) return true;
            start = start[length..];
        }
        return true;
    }
}
