using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>Where frames come from: a capture file, several merged in time order, or something live (<see cref="ILiveSource"/>).</summary>
internal interface ICaptureSource : IDisposable
{
    /// <summary>The next frame. False at the end; what stopped the reading early is in <see cref="Problems"/>.</summary>
    bool TryRead(out RawPacket packet);

    /// <summary>Bytes read so far and in all, for progress; the total is 0 when it is not known (standard input).</summary>
    (long Read, long Total) Progress { get; }

    /// <summary>What could not be read, and what it means, in the order it was met. Grows while reading.</summary>
    IReadOnlyList<CaptureProblem> Problems { get; }

    /// <summary>The captures that could be read, in the order of the command line. Counts grow while reading; a <see cref="RawPacket.Source"/> is an index into it.</summary>
    IReadOnlyList<CaptureInfo> Captures { get; }
}

/// <summary>What one capture held.</summary>
/// <param name="Name">The capture's name as the user gave it; for a file found in a folder, the folder and the path in it.</param>
/// <param name="Format"><c>pcap</c> or <c>pcapng</c>, with <c>.gz</c> after it if it was compressed.</param>
/// <param name="Packets">Frames handed out so far.</param>
/// <param name="Bytes">Bytes that these frames had on the wire.</param>
/// <param name="First">The earliest time stamp; null while there is no frame.</param>
/// <param name="Last">The latest time stamp; null while there is no frame.</param>
internal sealed record CaptureInfo(string Name, string Format, long Packets, long Bytes, CaptureTime? First, CaptureTime? Last);

/// <summary>Something about a capture that the user must know.</summary>
/// <param name="Source">The capture's name as the user gave it.</param>
/// <param name="Kind">What happened.</param>
/// <param name="ByteOffset">Where in the (decompressed) capture, in bytes from its beginning.</param>
/// <param name="PacketNumber">1-based number, within its capture, of the packet at fault or of the last one before the damage; 0 if none.</param>
/// <param name="Detail">What was found there, in English, for example "captured length 4026531840 exceeds the limit 268435456".</param>
internal sealed record CaptureProblem(string Source, CaptureProblemKind Kind, long ByteOffset, long PacketNumber, string Detail);

/// <summary>The ways a capture can disappoint.</summary>
internal enum CaptureProblemKind
{
    /// <summary>It could not be opened at all (missing, no permission). Nothing of it was read.</summary>
    Unreadable,

    /// <summary>It is not a capture of a kind we know. Nothing of it was read.</summary>
    NotACapture,

    /// <summary>It ends in mid-packet or in mid-block. Everything before was analysed.</summary>
    Truncated,

    /// <summary>A length or a structure is absurd. Everything before was analysed, and what follows if the reader could find its way back.</summary>
    Corrupt,

    /// <summary>The compressed stream is damaged. Everything before was analysed.</summary>
    CompressionDamaged,

    /// <summary>The compressed stream expands beyond what is allowed for its size. Everything before was analysed.</summary>
    ExpandsTooFar,

    /// <summary>Time stamps run backwards by more than a second somewhere; reported once per capture.</summary>
    TimeRunsBack,

    /// <summary>Time stamps are before 1990 or after 2100, so the clock of the capturing machine was wrong; reported once per capture.</summary>
    TimeImplausible,
}
