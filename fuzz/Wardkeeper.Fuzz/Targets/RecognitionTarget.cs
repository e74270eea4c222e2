using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// All recognisers at once. The first record is what the client says, the second, if there is one, the server; control bytes of the
/// first: flags (bits 0 and 1 carrier, 2 from the start, 3 truncated, 4 the first record is the server's), the ports and the
/// EtherType by their place in the lists of those that protocols name.
/// </summary>
internal sealed class RecognitionTarget : IFuzzTarget
{
    private static readonly ushort[] Ports = [40000, .. ProtocolRegistry.All.SelectMany(static protocol => protocol.Info.Ports).Distinct()];
    private static readonly ushort[] EtherTypes = [0x1234, .. ProtocolRegistry.All.SelectMany(static protocol => protocol.Info.EtherTypes).Distinct()];

    public string Name => "recognition";

    public int Control => 4;

    public IEnumerable<byte[][]> Seeds()
    {
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            byte port = (byte)(protocol.Info.Ports.Count > 0 ? Array.IndexOf(Ports, protocol.Info.Ports[0]) : 0);
            byte type = (byte)(protocol.Info.EtherTypes.Count > 0 ? Array.IndexOf(EtherTypes, protocol.Info.EtherTypes[0]) : 0);
            for (int carrier = 0; carrier < 4; carrier++)
            {
                if (((int)protocol.Info.Carriers & (1 << carrier)) == 0) continue;
                foreach (byte[] message in FuzzFiles.Seeds(protocol.Info.Name))
                {
                    foreach (int flags in (int[])[0, 4, 20])
                    {
                        yield return [[(byte)(carrier | flags), 0, port, type, .. message]];
                        yield return [[(byte)(carrier | flags), 0, 0, type, .. message]];
                    }
                }
            }
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        if (records.Length == 0 || records[0].Length < 4) return;
        byte[] control = records[0];
        byte[] one = control[4..], two = records.Length > 1 && records[1].Length >= 4 ? records[1][4..] : [];
        bool isServer = (control[0] & 16) != 0;
        Opening opening = new()
        {
            Carrier = (Carrier)(1 << (control[0] & 3)),
            FromStart = (control[0] & 4) != 0,
            Truncated = (control[0] & 8) != 0,
            ClientPort = Ports[control[1] % Ports.Length],
            ServerPort = Ports[control[2] % Ports.Length],
            EtherType = EtherTypes[control[3] % EtherTypes.Length],
            Client = isServer ? two : one,
            Server = isServer ? one : two,
        };
        List<string> yes = [];
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            if (!IsAsked(protocol, in opening)) continue;
            Match match = protocol.Recognise(in opening);
            if (isThorough) BrokenPromiseException.Unless(match == protocol.Recognise(in opening), "recogniser-is-not-pure", protocol.Info.Name);
            if (match is Match.Yes or Match.YesReversed) yes.Add(protocol.Info.Name);
        }
        // Two sides that speak different protocols are no conversation; and between the ports of two services, what could be either
        // is what the registry names first.
        if ((opening.Client.IsEmpty || opening.Server.IsEmpty) && !IsBetweenServices(opening.ClientPort, opening.ServerPort))
            BrokenPromiseException.Unless(yes.Count <= 1, "two-say-yes-" + string.Join('-', yes));
    }

    private static bool IsBetweenServices(ushort client, ushort server) =>
        client != Ports[0] && server != Ports[0] && !ProtocolRegistry.All.Any(protocol => protocol.Info.Ports.Contains(client) && protocol.Info.Ports.Contains(server));

    private static bool IsAsked(Protocol protocol, in Opening opening) =>
        protocol.Info.Carriers.HasFlag(opening.Carrier)
        && ((!opening.Client.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Client[0])) || (!opening.Server.IsEmpty && protocol.Info.FirstBytes.Contains(opening.Server[0])));
}
