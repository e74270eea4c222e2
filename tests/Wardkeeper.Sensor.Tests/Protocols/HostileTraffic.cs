using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>Seeded nonsense: a protocol's own messages whole, cut, joined and with broken bytes, other protocols' messages, and noise.</summary>
internal sealed class HostileTraffic(int seed, string protocol)
{
    private static readonly byte[][] Everybody = [.. Seeds.All().Select(one => one.Bytes)];
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, (byte)'\r', (byte)'\n', (byte)' '];
    private readonly Random random = new(seed);
    private readonly byte[][] own = [.. Seeds.All().Where(one => one.Protocol == protocol).Select(one => one.Bytes)];

    /// <summary>One message, mostly nearly right.</summary>
    public byte[] Message()
    {
        byte[] bytes = random.Next(10) switch
        {
            0 => Noise(),
            1 => Everybody.Length == 0 ? Noise() : Pick(Everybody),
            _ => own.Length == 0 ? Noise() : Pick(own),
        };
        switch (random.Next(6))
        {
            case 0:
                break;
            case 1:
                bytes = bytes[..random.Next(bytes.Length + 1)];
                break;
            case 2:
                bytes = [.. bytes, .. own.Length == 0 ? Noise() : Pick(own)];
                break;
            case 3:
                int from = random.Next(bytes.Length + 1);
                bytes = [.. bytes[..from], .. Noise(), .. bytes[from..]];
                break;
            default:
                for (int i = random.Next(1, 6); i > 0 && bytes.Length > 0; i--)
                    bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? Extremes[random.Next(Extremes.Length)] : (byte)random.Next(256);
                break;
        }
        return bytes;
    }

    /// <summary>Messages of both sides, with lost bytes if <paramref name="isLossy"/>.</summary>
    public List<Said> Conversation(bool isLossy)
    {
        List<Said> said = [];
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            Side side = (Side)random.Next(2);
            if (isLossy && random.Next(12) == 0) said.Add(Said.Lost(side, 1 + random.Next(3000)));
            else if (Message() is { Length: > 0 } bytes) said.Add(new Said(side, bytes));
        }
        return said;
    }

    /// <summary>The same stream cut elsewhere.</summary>
    public IEnumerable<Said> Recut(IEnumerable<Said> said)
    {
        int longest = random.Next(4) switch { 0 => 1, 1 => 7, 2 => 64, _ => 700 };
        foreach (Said one in said)
        {
            if (one.Missing > 0) yield return one;
            for (int from = 0; from < one.Bytes.Length;)
            {
                int length = Math.Min(one.Bytes.Length - from, 1 + random.Next(longest));
                yield return one with { Bytes = one.Bytes[from..(from + length)], Continues = one.Continues || from > 0 };
                from += length;
            }
        }
    }

    /// <summary>An opening of one side, or of both.</summary>
    public Opening Opening(Carrier carrier, ProtocolInfo info, bool isOneSided = false)
    {
        (byte[] client, byte[] server) = random.Next(6) switch
        {
            0 or 1 => ([], Message()),
            2 when !isOneSided => (Message(), Message()),
            _ => (Message(), (byte[])[]),
        };
        return Opening(carrier, info, client, server);
    }

    private Opening Opening(Carrier carrier, ProtocolInfo info, byte[] client, byte[] server) => new()
    {
        Carrier = carrier,
        ClientPort = Port(info),
        ServerPort = Port(info),
        EtherType = info.EtherTypes.Count > 0 ? info.EtherTypes[0] : (ushort)random.Next(0x10000),
        IpProtocol = info.IpProtocols.Count > 0 ? info.IpProtocols[0] : (byte)0,
        Client = client,
        Server = server,
        FromStart = random.Next(2) == 0,
        Truncated = random.Next(3) == 0,
    };

    private ushort Port(ProtocolInfo info) => info.Ports.Count > 0 && random.Next(2) == 0 ? info.Ports[random.Next(info.Ports.Count)] : (ushort)random.Next(0x10000);

    private byte[] Pick(byte[][] from) => [.. from[random.Next(from.Length)]];

    private byte[] Noise()
    {
        byte[] bytes = new byte[random.Next(random.Next(5) == 0 ? 3000 : 60)];
        random.NextBytes(bytes);
        return bytes;
    }
}
