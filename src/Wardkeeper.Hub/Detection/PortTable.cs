using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// Which products listen on which TCP ports, and the protocols by which they are recognised elsewhere: a table of a detector with port,
/// product and protocols. Protocols that carry others (<c>http</c>, <c>rpc</c>) tell nothing by themselves.
/// </summary>
internal sealed class PortTable
{
    private readonly FrozenDictionary<ushort, (string Product, string[] Protocols)> ports;
    private readonly FrozenDictionary<string, string> protocols;

    /// <summary>Reads a table.</summary>
    /// <param name="name">Name of the file.</param>
    public PortTable(string name)
    {
        string[][] rows = [.. HubTable.Rows(name)];
        ports = rows.ToFrozenDictionary(cells => ushort.Parse(cells[0], CultureInfo.InvariantCulture), cells => (cells[1], cells[2].Split(',')));
        // The first row of a protocol says what it is called on any port.
        protocols = rows.SelectMany(cells => cells[2].Split(',').Select(protocol => (Protocol: protocol, Product: cells[1]))).Where(pair => pair.Protocol is not ("-" or "http" or "rpc"))
            .DistinctBy(pair => pair.Protocol).ToFrozenDictionary(pair => pair.Protocol, pair => pair.Product, StringComparer.Ordinal);
    }

    /// <summary>The product that usually listens on a port; null when none of the table does.</summary>
    public string? ProductOf(ushort port) => ports.TryGetValue(port, out (string Product, string[] Protocols) known) ? known.Product : null;

    /// <summary>What the responder of a TCP flow offers: by a protocol that was parsed, else by its port when the connection was taken and no other protocol lives there; null when it is none of the table, or when another flow announced this one.</summary>
    public Offer? Offered(FlowRecord flow)
    {
        if (flow.View.Carrier != Carrier.Tcp || flow.Parents is not null) return null;
        if (flow.Service is { } service)
        {
            foreach (Range part in service.AsSpan().Split(','))
            {
                string protocol = service[part];
                if (protocols.TryGetValue(protocol, out string? spoken)) return new Offer(spoken, "protocol " + protocol, 0.98);
            }
        }
        if (!ports.TryGetValue(flow.View.ResponderPort, out (string Product, string[] Protocols) port) || !flow.IsAnswered() || (flow.Service is { } other && !port.Protocols.Contains(other))) return null;
        return new Offer(port.Product, "port", flow.ResponderBytes > 0 ? 0.9 : 0.75);
    }
}

/// <summary>What a machine offers on a port.</summary>
/// <param name="Product">The product.</param>
/// <param name="KnownBy">How that is known.</param>
/// <param name="Confidence">How sure that is, 0 to 1.</param>
internal sealed record Offer(string Product, string KnownBy, double Confidence);
