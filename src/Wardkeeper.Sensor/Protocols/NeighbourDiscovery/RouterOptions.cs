using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

/// <summary>What a router's advertisement says in its options.</summary>
internal sealed class RouterOptions
{
    private const int MaxListed = 32, MaxNameLength = 255;

    /// <summary>Prefixes on the link, as <c>2001:db8::/64</c>.</summary>
    public List<string> Prefixes { get; } = [];

    /// <summary>Recursive DNS servers (RFC 8106).</summary>
    public List<string> DnsServers { get; } = [];

    /// <summary>DNS search domains (RFC 8106).</summary>
    public List<string> SearchDomains { get; } = [];

    /// <summary>Link MTU, or null.</summary>
    public long? Mtu { get; private set; }

    /// <summary>Reads all options of an advertisement.</summary>
    public static RouterOptions Read(in NeighbourMessage message)
    {
        RouterOptions found = new();
        ReadOnlySpan<byte> rest = message.Options;
        for (int i = 0; i < NeighbourMessage.MaxOptions && NeighbourMessage.Next(ref rest, out byte type, out ReadOnlySpan<byte> option); i++)
        {
            switch (type)
            {
                case 3 when option.Length == 32 && option[2] <= 128 && found.Prefixes.Count < MaxListed:
                    found.Prefixes.Add($"{Address.Read(option[16..])}/{option[2]}");
                    break;
                case 5 when option.Length == 8:
                    found.Mtu = BinaryPrimitives.ReadUInt32BigEndian(option[4..]);
                    break;
                case NeighbourMessage.DnsServersOption:
                    for (int at = 8; at + 16 <= option.Length && found.DnsServers.Count < MaxListed; at += 16) found.DnsServers.Add(Address.Read(option.Slice(at, 16)).ToString());
                    break;
                case 31:
                    found.Domains(option[8..]);
                    break;
            }
        }
        return found;
    }

    private void Domains(ReadOnlySpan<byte> names)
    {
        StringBuilder name = new();
        while (names.Length > 0 && SearchDomains.Count < MaxListed)
        {
            int label = names[0];
            if (label >= names.Length || label > 63) return;
            if (label == 0)
            {
                // The option is padded with zeros to a multiple of eight bytes.
                if (name.Length == 0) return;
                SearchDomains.Add(name.ToString());
                name.Clear();
            }
            else
            {
                if (name.Length + label > MaxNameLength) return;
                if (name.Length > 0) name.Append('.');
                name.Append(Encoding.Latin1.GetString(names.Slice(1, label)));
            }
            names = names[(1 + label)..];
        }
    }
}
