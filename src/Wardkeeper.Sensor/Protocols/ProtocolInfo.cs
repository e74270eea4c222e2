using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>What the sensor must know of a protocol before it meets it.</summary>
internal sealed class ProtocolInfo
{
    /// <summary>Name as in the <c>service</c> field: Zeek's lower-case name where Zeek has one, else Wireshark's.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few English words.</summary>
    public required string Title { get; init; }

    /// <summary>The standards it was written from.</summary>
    public required string Standard { get; init; }

    /// <summary>What carries it.</summary>
    public required Carrier Carriers { get; init; }

    /// <summary>Bytes that its first byte can be, on either side.</summary>
    public FirstBytes FirstBytes { get; init; } = FirstBytes.Any;

    /// <summary>EtherTypes of a link-layer protocol.</summary>
    public IReadOnlyList<ushort> EtherTypes { get; init; } = [];

    /// <summary>IP protocol numbers of a protocol that IP carries without TCP or UDP.</summary>
    public IReadOnlyList<byte> IpProtocols { get; init; } = [];

    /// <summary>Usual ports, for documentation; recognition is by content.</summary>
    public IReadOnlyList<ushort> Ports { get; init; } = [];

    /// <summary>Bytes of one side within which the recogniser must have decided.</summary>
    public int LookAhead { get; init; } = 256;

    /// <summary>Most bytes of one side that the analyser may ask to see together.</summary>
    public int MaxHeld { get; init; } = 64 * 1024;

    /// <summary>Whether it is recognised by its shape alone, so that every other protocol that says Yes is right before it. Such protocols stand last in the registry.</summary>
    public bool Yields { get; init; }

    /// <summary>Whether no content shows it: it is read where another flow announced it.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Whether the flow's <c>service</c> names it. Link-layer protocols have no flow row.</summary>
    public bool NamesService { get; init; } = true;
}

/// <summary>A registered protocol.</summary>
internal sealed class Protocol
{
    /// <summary>Decides whether opening bytes are this protocol.</summary>
    public delegate Match Recogniser(in Opening opening);

    private Protocol(ProtocolInfo info, Recogniser recognise, Func<IAnalyser> create, Type analyser) =>
        (Info, Recognise, Create, Analyser) = (info, recognise, create, analyser);

    /// <summary>What is known of it.</summary>
    public ProtocolInfo Info { get; }

    /// <summary>Its recogniser.</summary>
    public Recogniser Recognise { get; }

    /// <summary>Makes a new analyser.</summary>
    public Func<IAnalyser> Create { get; }

    /// <summary>Type of its analyser.</summary>
    public Type Analyser { get; }

    /// <summary>Whether it is recognised but not read.</summary>
    public bool IsLabel => Analyser == typeof(Labels.LabelAnalyser);

    /// <summary>The entry for one analyser.</summary>
    public static Protocol Of<TAnalyser>()
        where TAnalyser : IProtocol, new() =>
        new(TAnalyser.Info, TAnalyser.Recognise, static () => new TAnalyser(), typeof(TAnalyser));

    /// <summary>The entry for a protocol that is recognised but not read.</summary>
    public static Protocol Label(ProtocolInfo info, Recogniser recognise) =>
        new(info, recognise, static () => new Labels.LabelAnalyser(), typeof(Labels.LabelAnalyser));
}
