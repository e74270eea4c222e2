using System.Buffers.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Syslog;

/// <summary>
/// Syslog over UDP, and over TCP with either framing: a length before each message, or a line end behind it. Kept per flow is the
/// host that was named last.
/// </summary>
internal sealed class SyslogAnalyser : IProtocol
{
    private const int LongestShown = 4096, LongestFrame = 1 << 20;

    private StreamPlace place;
    private bool isLost;
    private string? host, vendor;
    private bool hasTold;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "syslog",
        Title = "Syslog",
        Standard = "RFC 5424, RFC 3164, RFC 6587",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of("<123456789"u8),
        Ports = [514, 601, 1514],
        LookAhead = 64,
        MaxHeld = LongestShown + 8,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool isStream = opening.Carrier == Carrier.Tcp;
        if (bytes.IsEmpty) return Match.No;
        if (isStream && char.IsAsciiDigit((char)bytes[0]))
        {
            int space = bytes[..Math.Min(bytes.Length, 8)].IndexOf((byte)' ');
            if (space < 0) return bytes.Length < 8 && bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? Match.NeedMore : Match.No;
            if (bytes[..space].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return Match.No;
            bytes = bytes[(space + 1)..];
        }
        int priority = SyslogReader.Priority(bytes, out int length);
        if (priority == -2) return isStream ? Match.NeedMore : Match.No;
        if (priority < 0) return Match.No;
        ReadOnlySpan<byte> text = bytes[length..Math.Min(bytes.Length, length + 32)];
        if (isStream && text.Length < 8) return Match.NeedMore;
        // A priority and text behind it: markup has no names of digits.
        if (text.Length < 4) return Match.No;
        foreach (byte b in text)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\r' or (byte)'\n' or 0) or 0x7F) return Match.No;
        }
        return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (segment.Flow.Carrier != Carrier.Tcp)
        {
            bool isRead = Take(in segment, 0, bytes.Length, into);
            return new Progress(bytes.Length, 0, isRead ? null : SyslogFaults.NoPriority);
        }
        if (segment.Side == Side.Server) return Progress.All(in segment);
        int at = place.Pass(in segment);
        while (at < bytes.Length && !place.IsSilent)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (isLost || rest[0] is (byte)'\r' or (byte)'\n' or 0)
            {
                // Behind lost bytes the next line end is a beginning.
                int end = isLost ? rest.IndexOf((byte)'\n') : 0;
                isLost &= end < 0;
                at += end < 0 ? rest.Length : end + 1;
                continue;
            }
            int skip = 0, length;
            if (char.IsAsciiDigit((char)rest[0]))
            {
                skip = rest[..Math.Min(rest.Length, 8)].IndexOf((byte)' ') + 1;
                if (skip == 0 && rest.Length < 8) return new Progress(at, rest.Length + 1);
                if (skip == 0 || !Utf8Parser.TryParse(rest, out length, out int digits) || digits != skip - 1 || length > LongestFrame)
                {
                    into.Report(SyslogFaults.FrameLength);
                    isLost = true;
                    continue;
                }
                int shown = Math.Min(length, LongestShown);
                if (rest.Length < skip + shown) return new Progress(at, skip + shown);
                if (!Take(in segment, at + skip, shown, into)) into.Report(SyslogFaults.NoPriority);
            }
            else
            {
                length = rest[..Math.Min(rest.Length, LongestShown)].IndexOf((byte)'\n');
                if (length < 0 && rest.Length < LongestShown) return new Progress(at, rest.Length + 1);
                bool isCut = length < 0;
                if (isCut) length = LongestShown;
                if (!Take(in segment, at, length, into)) into.Report(SyslogFaults.NoPriority);
                isLost = isCut;
            }
            place.End = segment.Offset + at + skip + length;
            at = (int)Math.Min(bytes.Length, at + skip + (long)length);
        }
        return new Progress(at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        if (side == Side.Client) isLost = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
        place = default;
        isLost = hasTold = false;
        host = vendor = null;
    }

    private bool Take(in Segment segment, int from, int length, ITransactionSink into)
    {
        if (SyslogReader.Read(segment.Bytes.Slice(from, length), segment.At, segment.Range(from, length), segment.Flow.Carrier, into.Masker) is not { } row) return false;
        bool tells = !hasTold || (row.Host is not null && row.Host != host) || (row.Vendor is not null && row.Vendor != vendor);
        (hasTold, host, vendor) = (true, row.Host ?? host, row.Vendor ?? vendor);
        into.Emit(row with { TellsHost = tells });
        return true;
    }
}
