using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Protocols.NetBiosDatagram;

/// <summary>
/// NetBIOS' datagrams, in which machines of a workgroup announce themselves: names, roles, version and comment of each. Kept per flow
/// is what was told lately.
/// </summary>
internal sealed class NetBiosDatagramAnalyser : IProtocol
{
    private const int Header = 14, Name = 34, Letters = 32, SmbHeader = 32, MostMailslot = 64;
    private const byte DirectUnique = 0x10, Broadcast = 0x12, Transaction = 0x25;

    private readonly RecentStatements told = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "nbdgm",
        Title = "NetBIOS datagrams (workgroups' browsers)",
        Standard = "RFC 1002, MS-BRWS",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x10, 0x11, 0x12),
        Ports = [138],
        LookAhead = 82,
        MaxHeld = 2048,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => IsDatagram(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsDatagram(bytes))
        {
            // What follows of a message in several datagrams, and errors, name nobody.
            if (bytes.IsEmpty || bytes[0] is < DirectUnique or > 0x16) into.Report(NetBiosDatagramFaults.MalformedDatagram);
            return Progress.All(in segment);
        }
        NetBiosName.TryDecode(bytes.Slice(Header + 1, Letters), out string source, out _);
        NetBiosName.TryDecode(bytes.Slice(Header + Name + 1, Letters), out string destination, out byte suffix);
        ReadOnlySpan<byte> content = bytes[(Header + (2 * Name))..], data = default;
        string? mailslot = content.IsEmpty ? null : Mailslot(content, out data);
        // The count of an announcement, its period and its number change, what it says does not.
        ReadOnlySpan<byte> said = data.Length > 6 && data[0] is 1 or 12 or 15 ? data[6..] : data;
        if (told.IsRepeat(segment.Side, said.IsEmpty ? bytes[Header..] : said, segment.At)) return Progress.All(in segment);
        bool isGroup = NetBiosName.IsDomain(suffix) || (suffix == NetBiosName.Workstation && bytes[0] != DirectUnique);
        NetBiosDatagramSeen row = new(segment.At, segment.Range(0, bytes.Length)) { Kind = "datagram", Source = source, Destination = destination.StartsWith('\\') ? null : destination.Trim('\u0001', '\u0002'), Mailslot = mailslot, IsToGroup = isGroup };
        if (mailslot?.EndsWith("\\BROWSE", StringComparison.OrdinalIgnoreCase) == true) row = BrowserMessage.Announcement(row, data);
        else if (mailslot?.Contains("NETLOGON", StringComparison.OrdinalIgnoreCase) == true || mailslot?.Contains("NTLOGON", StringComparison.OrdinalIgnoreCase) == true) row = BrowserMessage.LogOn(row, data);
        into.Emit(row with { Places = TextPlace.Of(null, bytes, row.Bytes, row.Comment) });
        return Progress.All(in segment);
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
    public void Reset() => told.Clear();

    /// <summary>A header whose length is right, then two names of 32 letters from A to P, each behind its length. RFC 1002, section 4.4.2.</summary>
    private static bool IsDatagram(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header + (2 * Name) || bytes[0] is < DirectUnique or > Broadcast || (bytes[1] & 0xF0) != 0) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) != 0 || BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) < 2 * Name) return false;
        return IsName(bytes[Header..]) && IsName(bytes[(Header + Name)..]);
    }

    private static bool IsName(ReadOnlySpan<byte> bytes) => bytes[0] == Letters && bytes[1 + Letters] == 0 && !bytes.Slice(1, Letters).ContainsAnyExceptInRange((byte)'A', (byte)'P');

    /// <summary>Name of the mailslot and what is put into it, in a transaction of SMB 1. MS-CIFS, section 2.2.4.33.</summary>
    private static string? Mailslot(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (content.Length < SmbHeader + 1 || content[0] != 0xFF || content[1] != (byte)'S' || content[4] != Transaction) return null;
        int words = content[SmbHeader] * 2, name = SmbHeader + 1 + words + 2;
        if (words < 28 || name >= content.Length) return null;
        ReadOnlySpan<byte> fields = content.Slice(SmbHeader + 1, words);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(fields[22..]), offset = BinaryPrimitives.ReadUInt16LittleEndian(fields[24..]);
        if (offset <= content.Length) data = content.Slice(offset, Math.Min(count, content.Length - offset));
        ReadOnlySpan<byte> text = content[name..];
        int end = text.IndexOf((byte)0);
        return end is > 0 and <= MostMailslot ? Encoding.ASCII.GetString(text[..end]) : null;
    }
}
