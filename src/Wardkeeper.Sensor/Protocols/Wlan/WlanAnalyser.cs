using System.Buffers;
using System.Buffers.Binary;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>
/// Management of radio networks (IEEE 802.11): which networks there are and how they are protected, which devices look for and join
/// them, and who is thrown out and why. Beacons come ten times a second: kept per conversation is what the last few stated, so that
/// an unchanged one is shown once in ten minutes. Farewells may be a flood that somebody else sends: shown once a minute, with their
/// number. Not read: measurements, timing, action frames, what is encrypted.
/// </summary>
internal sealed class WlanAnalyser : IProtocol
{
    private const long Minute = 60_000_000_000;
    private readonly RecentStatements recent = new();
    private int unshown;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "wlan",
        Title = "Radio networks (Wi-Fi management)",
        Standard = "IEEE 802.11-2020 9.3.3 and 9.4, Wi-Fi Protected Setup",
        Carriers = Carrier.Link,
        EtherTypes = [RadioTypes.Wlan, RadioTypes.WlanSwapped],
        // A link frame meets few protocols, and where the bytes are swapped the first holds flags.
        LookAhead = WlanFrame.Header,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType is RadioTypes.Wlan or RadioTypes.WlanSwapped && opening.Any.Length >= WlanFrame.Header
        && (opening.Any[opening.EtherType == RadioTypes.Wlan ? 0 : 1] & 0x0F) == 0 ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.EtherType != RadioTypes.WlanSwapped || segment.Bytes.Length < 2) return Take(segment.Bytes, in segment, into);
        byte[] rented = ArrayPool<byte>.Shared.Rent(segment.Bytes.Length);
        Span<byte> inOrder = rented.AsSpan(0, segment.Bytes.Length);
        segment.Bytes.CopyTo(inOrder);
        WlanFrame.PutInOrder(inOrder);
        Progress progress = Take(inOrder, in segment, into);
        ArrayPool<byte>.Shared.Return(rented);
        return progress;
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
        recent.Clear();
        unshown = 0;
    }

    private Progress Take(ReadOnlySpan<byte> bytes, in Segment segment, ITransactionSink into)
    {
        if (bytes.Length < WlanFrame.Header || (bytes[0] & 0x0F) != 0) return new Progress(bytes.Length, 0, WlanFaults.Header);
        if (WlanFrame.NameOf(bytes[0]) is null) return Progress.All(in segment);
        bool isFarewell = WlanFrame.IsFarewell(bytes[0]);
        Span<byte> statement = stackalloc byte[512];
        int length = Stable(bytes, segment.At, isFarewell, statement);
        if (recent.IsRepeat(segment.Side, statement[..length], segment.At))
        {
            if (isFarewell) unshown++;
            return Progress.All(in segment);
        }
        WlanManagement said = WlanFrame.Read(bytes, segment.At, segment.Range(0, bytes.Length), out Fault? fault);
        if (isFarewell) (said, unshown) = (said with { Unshown = unshown == 0 ? null : unshown }, 0);
        into.Emit(said with { Places = TextPlace.Of(null, bytes, said.Bytes, said.Manufacturer, said.Model) });
        return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : fault);
    }

    /// <summary>What of a frame does not change from one to the next: no sequence number, no time stamp, no load, no traffic map.</summary>
    private static int Stable(ReadOnlySpan<byte> frame, CaptureTime at, bool isFarewell, Span<byte> into)
    {
        frame[..2].CopyTo(into);
        frame.Slice(16, 6).CopyTo(into[2..]);
        int length = 8;
        if (isFarewell)
        {
            BinaryPrimitives.WriteInt64LittleEndian(into[length..], at.Nanoseconds / Minute);
            return length + 8;
        }
        ReadOnlySpan<byte> elements = WlanFrame.ElementsOf(frame, out ReadOnlySpan<byte> fixedPart);
        if (WlanFrame.HasTimeStamp(frame[0])) fixedPart = fixedPart.Length < 12 ? default : fixedPart[10..];
        fixedPart = fixedPart[..Math.Min(fixedPart.Length, 16)];
        fixedPart.CopyTo(into[length..]);
        length += fixedPart.Length;
        ElementReader reader = new(elements);
        while (reader.Next())
        {
            if (!WlanFrame.IsRead(reader.Id, reader.Data) || length + 2 + reader.Data.Length > into.Length) continue;
            into[length++] = reader.Id;
            into[length++] = (byte)reader.Data.Length;
            reader.Data.CopyTo(into[length..]);
            length += reader.Data.Length;
        }
        return length;
    }
}
