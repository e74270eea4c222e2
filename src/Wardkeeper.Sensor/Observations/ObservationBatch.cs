using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Collects what one shard observed, in packet order. The sensor sets the context (flow, protocol, packet) before a transaction
/// observes, so that protocols state only what they saw.
/// </summary>
public sealed class ObservationBatch
{
    private readonly List<Observation> observations = [];
    private FlowView? flow;
    private string protocol = "";
    private CaptureTime at;
    private long packet;
    private TextPlace? places;

    /// <summary>What was observed so far, in order.</summary>
    public IReadOnlyList<Observation> Observations => observations;

    /// <summary>The same, for whoever goes through them with every packet.</summary>
    internal ReadOnlySpan<Observation> Span => CollectionsMarshal.AsSpan(observations);

    /// <summary>States one attribute of a subject. Empty values are ignored; control characters are replaced; texts are cut to 512 characters.</summary>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="kind">Which attribute.</param>
    /// <param name="value">Its value.</param>
    /// <param name="origin">Where exactly in the protocol, for example <c>option 12</c>.</param>
    /// <param name="bytes">Where in the stream it was read; null where the transaction's <see cref="Transaction.Places"/> tell, or nothing does.</param>
    public void Claim(Subject subject, ClaimKind kind, string? value, string origin, ByteRange? bytes = null)
    {
        if (string.IsNullOrWhiteSpace(value)) return;
        observations.Add(new Claim(subject, kind, Clean(value), protocol, at, flow?.Uid, packet, origin) { Bytes = bytes ?? TextPlace.Of(places, value) });
    }

    /// <summary>States that the flow's server answered as this protocol.</summary>
    /// <param name="banner">What it said of itself, or null.</param>
    public void Service(string? banner = null)
    {
        if (flow is null) return;
        observations.Add(new ServiceSighting(flow.Server, flow.Carrier, flow.ServerPort, protocol, banner is null ? null : Clean(banner), flow.Client, at, flow.Uid, packet));
    }

    /// <summary>Sets the context of what follows.</summary>
    internal void Speak(FlowView? inFlow, string asProtocol, CaptureTime time, long packetNumber, TextPlace? said = null)
    {
        flow = inFlow;
        protocol = asProtocol;
        at = time;
        packet = packetNumber;
        places = said;
    }

    /// <summary>Forgets all observations.</summary>
    internal void Clear() => observations.Clear();

    private static string Clean(string value)
    {
        ReadOnlySpan<char> text = value.AsSpan().Trim();
        if (text.Length > 512) text = text[..512];
        bool dirty = false;
        foreach (char c in text) dirty |= char.IsControl(c);
        if (!dirty) return text.Length == value.Length ? value : text.ToString();
        return string.Create(text.Length, text, static (into, from) =>
        {
            for (int i = 0; i < from.Length; i++) into[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
