using System.Buffers.Binary;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>
/// An hour of a ward's past, made from some seconds that were really recorded at its mirror port: they are told again and again, some minutes apart, up to now. A hub compares
/// a machine only with what it knew for a while; this is that while, without waiting for it.
/// </summary>
internal static class MirrorHistory
{
    private const int HeaderLength = 24, RecordLength = 16, Times = 12;
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);

    /// <summary>Records what is done meanwhile, and writes the past made from it into a capture.</summary>
    /// <returns>Path of the capture.</returns>
    /// <exception cref="LabException">tcpdump does not listen, or nothing was recorded.</exception>
    public static async Task<string> RecordAsync(Ward ward, Func<Task> what, CancellationToken cancel)
    {
        string folder = ward.Site.FolderOf("history"), raw = Path.Combine(folder, "raw.pcap"), past = Path.Combine(folder, "past.pcap");
        await using (Dump dump = await Dump.StartAsync(ward.Hub.Name, Ward.MirrorCard, raw, ["-B", "16384"], cancel))
        {
            await what();
            await dump.StopAsync();
        }
        Write(await File.ReadAllBytesAsync(raw, cancel), past, DateTimeOffset.UtcNow);
        return past;
    }

    private static void Write(byte[] recorded, string path, DateTimeOffset now)
    {
        if (recorded.Length <= HeaderLength) throw new LabException("nothing was heard at the mirror port");
        long first = TimeOf(recorded, HeaderLength);
        using FileStream file = File.Create(path);
        Span<byte> times = stackalloc byte[8];
        file.Write(recorded, 0, HeaderLength);
        for (int time = Times; time >= 1; time--)
        {
            long shift = ((now - (Apart * time) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) - first;
            for (int at = HeaderLength; at + RecordLength <= recorded.Length;)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(recorded.AsSpan(at + 8));
                if (length < 0 || length > recorded.Length - at - RecordLength) break;
                long moved = TimeOf(recorded, at) + shift;
                BinaryPrimitives.WriteUInt32LittleEndian(times, (uint)(moved / 1_000_000));
                BinaryPrimitives.WriteUInt32LittleEndian(times[4..], (uint)(moved % 1_000_000));
                file.Write(times);
                file.Write(recorded, at + 8, RecordLength - 8 + length);
                at += RecordLength + length;
            }
        }
    }

    private static long TimeOf(byte[] recorded, int at) => (BinaryPrimitives.ReadUInt32LittleEndian(recorded.AsSpan(at)) * 1_000_000L) + BinaryPrimitives.ReadUInt32LittleEndian(recorded.AsSpan(at + 4));
}
