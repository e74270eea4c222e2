using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DameWare;

/// <summary>
/// DameWare Mini Remote Control: its two ends show their versions in their first message, which is all that is read. Written from
/// public scanners, whose patterns agree on the first sixteen bytes (a code, four zeros, the version as a double); what follows is
/// told of by none.
/// </summary>
internal sealed class DameWareAnalyser : IProtocol
{
    private const int Shown = 16;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dameware",
        Title = "DameWare Mini Remote Control",
        Standard = "patterns of public scanners (OpenVAS find_service, Nmap scripts)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x30),
        Ports = [6129],
        LookAhead = Shown,
        MaxHeld = 64,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Shown) return Start.StartsWith(bytes[..Math.Min(bytes.Length, Start.Length)]) ? Match.NeedMore : Match.No;
        if (Version(bytes) is null) return Match.No;
        // The server speaks first.
        return opening.Server.IsEmpty && opening.FromStart ? Match.YesReversed : Match.Yes;
    }

    private static ReadOnlySpan<byte> Start => [0x30, 0x11, 0, 0, 0, 0, 0, 0];

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Bytes.Length < Shown) return new Progress(0, Shown);
        if (Version(segment.Bytes) is not { } version) return Progress.GiveUp(DameWareFaults.NoGreeting);
        into.Emit(new DameWareGreeting(segment.At, segment.Range(0, Shown)) { Version = version });
        return Progress.Done(segment.Bytes.Length);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <summary>The version in a greeting; null when it is none.</summary>
    private static string? Version(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Start)) return null;
        double version = BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]);
        return version is >= 1 and < 100 ? version.ToString("0.##", CultureInfo.InvariantCulture) : null;
    }
}
