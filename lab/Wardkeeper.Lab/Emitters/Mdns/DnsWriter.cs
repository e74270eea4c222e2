using System.Text;

namespace Wardkeeper.Lab.Emitters.Mdns;

/// <summary>Writes messages of multicast DNS (RFC 1035, section 4; RFC 6762, section 18), names uncompressed.</summary>
internal static class DnsWriter
{
    private const ushort Internet = 1, TopBit = 0x8000, AuthoritativeAnswer = 0x8400;
    private const uint LegacyTimeToLive = 10;

    /// <summary>Asks whether somebody has these names already (RFC 6762, section 8.1): a question for each, and the records that are wanted.</summary>
    public static byte[] Probe(IReadOnlyList<DnsRecord> wanted)
    {
        IReadOnlyList<string>[] names = [.. wanted.Select(record => record.Name).DistinctBy(name => string.Join('.', name))];
        List<byte> bytes = [];
        Words(bytes, 0, 0, (ushort)names.Length, 0, (ushort)wanted.Count, 0);
        foreach (IReadOnlyList<string> name in names)
        {
            bytes.AddRange(Name(name));
            Words(bytes, DnsRecord.Any, TopBit | Internet);
        }
        foreach (DnsRecord record in wanted) Add(bytes, record, isLegacy: true, record.TimeToLive);
        return [.. bytes];
    }

    /// <summary>An announcement or an answer.</summary>
    public static byte[] Response(IReadOnlyList<DnsRecord> answers, IReadOnlyList<DnsRecord> additional)
    {
        List<byte> bytes = [];
        Words(bytes, 0, AuthoritativeAnswer, 0, (ushort)answers.Count, 0, (ushort)additional.Count);
        foreach (DnsRecord record in answers.Concat(additional)) Add(bytes, record, isLegacy: false, record.TimeToLive);
        return [.. bytes];
    }

    /// <summary>An answer to one who knows only unicast DNS (RFC 6762, section 6.7): with its number and question, kept for a short time.</summary>
    public static byte[] LegacyResponse(ushort id, DnsQuestion question, IReadOnlyList<DnsRecord> answers, IReadOnlyList<DnsRecord> additional)
    {
        List<byte> bytes = [];
        Words(bytes, id, AuthoritativeAnswer, 1, (ushort)answers.Count, 0, (ushort)additional.Count);
        bytes.AddRange(Name(question.Name));
        Words(bytes, question.Type, Internet);
        foreach (DnsRecord record in answers.Concat(additional)) Add(bytes, record, isLegacy: true, LegacyTimeToLive);
        return [.. bytes];
    }

    /// <summary>A name as it is sent.</summary>
    public static byte[] Name(IReadOnlyList<string> labels) => [.. labels.SelectMany(Text), 0];

    /// <summary>A text of at most 255 bytes with its length before it.</summary>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text) is { Length: <= 255 } bytes ? [(byte)bytes.Length, .. bytes] : throw new ArgumentException($"too long for DNS: {text}", nameof(text));

    private static void Add(List<byte> bytes, DnsRecord record, bool isLegacy, uint timeToLive)
    {
        bytes.AddRange(Name(record.Name));
        Words(bytes, record.Type, (ushort)(record.IsUnique && !isLegacy ? TopBit | Internet : Internet), (ushort)(timeToLive >> 16), (ushort)timeToLive, (ushort)record.Data.Length);
        bytes.AddRange(record.Data);
    }

    private static void Words(List<byte> bytes, params ReadOnlySpan<ushort> words)
    {
        foreach (ushort word in words)
        {
            bytes.Add((byte)(word >> 8));
            bytes.Add((byte)word);
        }
    }
}
