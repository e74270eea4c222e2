using System.Text;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Makes a flow's unique id from its tuple and its first packet, so that every run and every number of workers gives the same.</summary>
internal static class FlowUid
{
    private const int Digits = 17;

    /// <summary>"C" and 17 base-62 digits, the form of Zeek's uids.</summary>
    public static string Of(in Flow flow) => Of('C',
        Mix(flow.Originator.High ^ Mix(flow.Originator.Low ^ ((ulong)flow.OriginatorPort << 48)) ^ flow.OriginatorMac.Value),
        Mix(flow.Responder.High ^ Mix(flow.Responder.Low ^ ((ulong)flow.ResponderPort << 48) ^ flow.IpProtocol) ^ flow.EtherType),
        (ulong)flow.FirstAt.Nanoseconds, (ulong)flow.FirstPacket);

    /// <summary>A letter and 17 base-62 digits from four numbers.</summary>
    public static string Of(char kind, ulong a, ulong b, ulong c, ulong d)
    {
        ulong low = Mix(a + Mix(b + Mix(c + Mix(d))));
        ulong high = Mix(low ^ Mix(b ^ (c << 1) ^ (d << 32)));
        Span<byte> text = stackalloc byte[Digits + 1];
        text[0] = (byte)kind;
        Write(low, text[1..10]);
        Write(high, text[10..]);
        return Encoding.ASCII.GetString(text);
    }

    private static void Write(ulong value, Span<byte> digits)
    {
        for (int i = 0; i < digits.Length; i++)
        {
            (value, ulong digit) = Math.DivRem(value, 62);
            digits[i] = (byte)(digit < 10 ? '0' + digit : digit < 36 ? 'A' + digit - 10 : 'a' + digit - 36);
        }
    }

    /// <summary>The finaliser of splitmix64: every input bit moves every output bit.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
