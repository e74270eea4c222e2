using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary>
/// Frames of the sample hospital for a test's cable. Each IPv4 packet gets a number of its own, so that a copy is a copy and
/// nothing else is, however fast or slowly they are sent; what has no number (IPv6, ARP) and the recording's own copies are left out.
/// </summary>
internal static class MirroredFrames
{
    private const int LongestFrame = 1514;

    /// <summary>The first frames of the sample hospital, each packet once.</summary>
    public static IReadOnlyList<byte[]> OfHospital(int count)
    {
        List<byte[]> frames = [];
        HashSet<(uint, uint, ushort, ulong)> seen = [];
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout(), "samples", "demo", "hospital.pcap")]);
        while (frames.Count < count && source.TryRead(out RawPacket packet))
        {
            byte[] frame = packet.Bytes.ToArray();
            int ip = IpAt(frame);
            // Copies of a routed packet carry the same number and the same sum of what they carry.
            if (ip < 0 || frame.Length > LongestFrame || packet.WireLength > frame.Length || !seen.Add(Identity(frame, ip))) continue;
            Number(frame, ip, (ushort)(frames.Count + 1));
            frames.Add(frame);
        }
        return frames;
    }

    /// <summary>The same packet behind a router: other hardware addresses, a hop less to live.</summary>
    public static byte[] BehindRouter(byte[] frame)
    {
        byte[] copy = [.. frame];
        // Whoever is next, and the router's other port.
        Convert.FromHexString("001E10AA0001001E10AA0002").CopyTo(copy, 0);
        int ip = IpAt(copy);
        copy[ip + 8]--;
        Check(copy, ip);
        return copy;
    }

    /// <summary>A capture that holds frames as a cable carries them, a few microseconds apart.</summary>
    public static void Write(string path, IEnumerable<byte[]> frames, DateTimeOffset start)
    {
        using BinaryWriter file = new(File.Create(path));
        foreach (uint word in (uint[])[0xA1B23C4D, 0x0004_0002, 0, 0, 262_144, 1]) file.Write(word);
        long at = (start - DateTimeOffset.UnixEpoch).Ticks * 100;
        foreach (byte[] frame in frames)
        {
            foreach (long word in (long[])[at / CaptureTime.PerSecond, at % CaptureTime.PerSecond, frame.Length, frame.Length]) file.Write((uint)word);
            file.Write(frame);
            at += 20_000;
        }
    }

    /// <summary>A UDP packet, or a TCP segment, of a conversation of which only this side is shown.</summary>
    /// <param name="number">The packet's number, not 0.</param>
    /// <param name="port">The sender's port.</param>
    /// <param name="tcpFlags">Flags of the segment; null for UDP.</param>
    /// <param name="sequence">Sequence of the segment.</param>
    public static byte[] OneSided(ushort number, ushort port, byte? tcpFlags = null, uint sequence = 1)
    {
        byte[] frame = new byte[14 + 20 + (tcpFlags is null ? 8 : 20) + 16];
        Convert.FromHexString("02000000000202000000000108004500").CopyTo(frame, 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(frame.Length - 14));
        (frame[22], frame[23]) = (64, tcpFlags is null ? (byte)17 : (byte)6);
        Convert.FromHexString("0A0900010A090002").CopyTo(frame, 26);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), port);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), 9000);
        if (tcpFlags is null) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), 24);
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), sequence);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(42), 1);
            (frame[46], frame[47], frame[48]) = (0x50, tcpFlags.Value, 0x20);
        }
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(frame.Length - 2), number);
        Number(frame, 14, number);
        return frame;
    }

    private static (uint, uint, ushort, ulong) Identity(byte[] frame, int ip) => (
        BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(ip + 12)),
        BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(ip + 16)),
        BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(ip + 4)),
        BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(ip + 20)) ^ (frame.Length >= ip + 40 ? BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(ip + 32)) : 0));

    private static void Number(byte[] frame, int ip, ushort number)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 4), number);
        Check(frame, ip);
    }

    /// <summary>Header checksum of RFC 791.</summary>
    private static void Check(byte[] frame, int ip)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 10), 0);
        uint sum = 0;
        for (int i = 0; i < (frame[ip] & 15) * 4; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(ip + i));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ip + 10), (ushort)~sum);
    }

    /// <summary>Where IPv4 begins, also behind a VLAN tag; negative for anything else and for fragments.</summary>
    private static int IpAt(byte[] frame)
    {
        int ip = frame.Length > 18 && frame[12] == 0x81 && frame[13] == 0 ? 18 : 14;
        return frame.Length >= ip + 28 && frame[ip - 2] == 8 && frame[ip - 1] == 0 && frame[ip] >> 4 == 4 && (frame[ip + 6] & 0x3F) == 0 && frame[ip + 7] == 0 && frame[ip + 9] is 6 or 17 ? ip : -1;
    }

    /// <summary>The folder that holds the samples.</summary>
    public static string Checkout()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Wardkeeper.slnx"))) folder = Path.GetDirectoryName(folder.TrimEnd('/'));
        return folder ?? throw new DirectoryNotFoundException("The checkout was not found.");
    }
}
