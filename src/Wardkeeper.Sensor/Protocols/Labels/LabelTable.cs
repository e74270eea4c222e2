using System.Collections.Immutable;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>
/// Protocols that are recognised by their content but not read, a line each: name, title, the standard or the source of what the
/// recogniser looks for, carriers, possible first bytes, recogniser. Only what cannot be taken for something else belongs here.
/// </summary>
internal static class LabelTable
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Label("bgp", "Border Gateway Protocol", "RFC 4271 4.1", Carrier.Tcp, FirstBytes.Of(0xFF), RoutingLabels.Bgp),
    ];

    private static Protocol Label(string name, string title, string source, Carrier carriers, FirstBytes first, Protocol.Recogniser recognise, params ReadOnlySpan<ushort> ports) =>
        Protocol.Label(new ProtocolInfo { Name = name, Title = title, Standard = source, Carriers = carriers, FirstBytes = first, Ports = [.. ports], LookAhead = 64, MaxHeld = 64 }, recognise);
}
