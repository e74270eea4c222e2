namespace Wardkeeper.Lab.Emitters.Mdns;

/// <summary>A resource record (RFC 1035, section 3.2).</summary>
/// <param name="Name">Its labels. A label may hold dots and blanks, as names of instances do (RFC 6763, section 4.1).</param>
/// <param name="Type">Its type.</param>
/// <param name="Data">Its data; a name in it is not compressed.</param>
/// <param name="IsUnique">Whether nobody else has such a record: the cache-flush bit (RFC 6762, section 10.2).</param>
internal sealed record DnsRecord(IReadOnlyList<string> Name, ushort Type, byte[] Data, bool IsUnique)
{
    /// <summary>Types (RFC 1035, RFC 2782; any: RFC 1035, section 3.2.3).</summary>
    public const ushort A = 1, Ptr = 12, Txt = 16, Srv = 33, Any = 255;

    /// <summary>Seconds that it may be kept: two minutes where it holds a host's name or address, else 75 (RFC 6762, section 10).</summary>
    public uint TimeToLive => Type is A or Srv ? 120u : 4500u;

    /// <summary>Whether it answers a question.</summary>
    public bool Answers(DnsQuestion question) => (question.Type == Type || question.Type == Any) && Name.SequenceEqual(question.Name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A question.</summary>
/// <param name="Name">Labels of the name.</param>
/// <param name="Type">Type asked for.</param>
/// <param name="WantsUnicast">Whether the answer may go to the asker alone (RFC 6762, section 5.4).</param>
internal sealed record DnsQuestion(IReadOnlyList<string> Name, ushort Type, bool WantsUnicast);
