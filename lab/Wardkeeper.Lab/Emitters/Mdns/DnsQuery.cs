using System.Text;

namespace Wardkeeper.Lab.Emitters.Mdns;

/// <summary>A query that arrived.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Questions">What it asks.</param>
/// <param name="Known">Pointers that the asker knows already and for long enough: they are not told again (RFC 6762, section 7.1).</param>
internal sealed record DnsQuery(ushort Id, IReadOnlyList<DnsQuestion> Questions, IReadOnlyList<(IReadOnlyList<string> Name, IReadOnlyList<string> To)> Known)
{
    /// <summary>Reads a query; null for what is none.</summary>
    public static DnsQuery? Read(byte[] message)
    {
        try
        {
            int at = 0;
            ushort id = Word(message, ref at), flags = Word(message, ref at), questions = Word(message, ref at), answers = Word(message, ref at);
            if ((flags & 0xF800) != 0) return null;
            at = 12;
            List<DnsQuestion> asked = [];
            for (int i = 0; i < questions; i++)
            {
                IReadOnlyList<string> name = Name(message, ref at);
                ushort type = Word(message, ref at), kind = Word(message, ref at);
                asked.Add(new(name, type, (kind & 0x8000) != 0));
            }
            List<(IReadOnlyList<string>, IReadOnlyList<string>)> known = [];
            for (int i = 0; i < answers; i++)
            {
                IReadOnlyList<string> name = Name(message, ref at);
                ushort type = Word(message, ref at);
                at += 2;
                int timeToLive = (Word(message, ref at) << 16) | Word(message, ref at), length = Word(message, ref at), data = at;
                at += length;
                if (type == DnsRecord.Ptr && timeToLive >= 4500 / 2) known.Add((name, Name(message, ref data)));
            }
            return new(id, asked, known);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidDataException)
        {
            return null;
        }
    }

    private static ushort Word(byte[] message, ref int at) => (ushort)((message[at++] << 8) | message[at++]);

    private static List<string> Name(byte[] message, ref int at)
    {
        List<string> labels = [];
        int place = at;
        bool jumped = false;
        // A name has at most 127 labels; more steps are a loop of pointers.
        for (int steps = 0; steps < 255; steps++)
        {
            int length = message[place++];
            if ((length & 0xC0) == 0xC0)
            {
                int target = ((length & 0x3F) << 8) | message[place++];
                if (!jumped) at = place;
                (place, jumped) = (target, true);
                continue;
            }
            if (length == 0)
            {
                if (!jumped) at = place;
                return labels;
            }
            labels.Add(Encoding.UTF8.GetString(message, place, length));
            place += length;
        }
        throw new InvalidDataException("a name without end");
    }
}
