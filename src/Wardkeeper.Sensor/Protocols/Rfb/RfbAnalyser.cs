using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rfb;

/// <summary>
/// The remote framebuffer protocol of VNC: versions, security, and the desktop, until pictures begin; from then on the flow costs
/// nothing. Kept per flow is what the report holds. Passwords' proofs are passed by; security types that encrypt end the reading.
/// </summary>
internal sealed class RfbAnalyser : IProtocol
{
    private const int VersionLength = 12, Challenge = 16, ServerInit = 24, LongestText = 1024;
    private const byte Invalid = 0, None = 1, Vnc = 2;

    private string? clientVersion, serverVersion, desktop;
    private byte? security;
    private bool? isIn, isShared;
    private int? width, height;
    private Step client, server;
    private bool isReported;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rfb",
        Title = "Remote framebuffer (VNC)",
        Standard = "RFC 6143",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'R'),
        Ports = [5900],
        LookAhead = VersionLength,
        MaxHeld = 2048,
    };

    /// <summary>What a side says next.</summary>
    private enum Step : byte
    {
        Version,
        Types,
        Proof,
        Verdict,
        Reason,
        Init,
        Over,
    }

    private bool IsOld => !IsAtLeast("003.007");

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // The server speaks first; a viewer's version alone is seen when the capture missed the server's.
        ReadOnlySpan<byte> bytes = opening.Server.IsEmpty ? opening.Client : opening.Server;
        ReadOnlySpan<byte> prefix = "RFB "u8;
        if (bytes.Length < VersionLength) return prefix.StartsWith(bytes[..Math.Min(bytes.Length, prefix.Length)]) ? Match.NeedMore : Match.No;
        return TryVersion(bytes[..VersionLength], out _) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        began ??= segment.At;
        last = segment.At;
        ref Step step = ref StepOf(segment.Side);
        int at = 0;
        while (at < segment.Bytes.Length && step != Step.Over)
        {
            Progress taken = segment.Side == Side.Client ? FromClient(segment.Bytes[at..], ref step) : FromServer(in segment, at, ref step);
            at += taken.Consumed;
            if (taken.Fault is { } fault)
            {
                if (serverVersion is null && clientVersion is null) return Progress.GiveUp(fault);
                into.Report(fault);
                step = Step.Over;
            }
            else if (taken.Consumed == 0)
            {
                return new Progress(at, taken.Need);
            }
        }
        if (client != Step.Over || server != Step.Over) return new Progress(step == Step.Over ? segment.Bytes.Length : at);
        Report(into);
        return Progress.Done(segment.Bytes.Length);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into) => StepOf(side) = Step.Over;

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Report(into);

    /// <inheritdoc/>
    public void Reset()
    {
        clientVersion = serverVersion = desktop = null;
        security = null;
        isIn = isShared = null;
        width = height = null;
        client = server = Step.Version;
        isReported = false;
        began = null;
        last = default;
        where = default;
    }

    private static bool TryVersion(ReadOnlySpan<byte> line, out string version)
    {
        version = "";
        if (!line.StartsWith("RFB "u8) || line[7] != '.' || line[11] != '\n') return false;
        for (int i = 4; i < 11; i++)
        {
            if (i != 7 && !char.IsAsciiDigit((char)line[i])) return false;
        }
        version = Encoding.ASCII.GetString(line[4..11]);
        return true;
    }

    private static string? Part(string? version, bool major) => version is null ? null : major ? version[..3] : version[4..];

    private static string Name(byte type) => type switch
    {
        Invalid => "Invalid",
        None => "None",
        Vnc => "VNC",
        5 or 6 => "RA2",
        16 => "Tight",
        17 => "Ultra",
        18 => "TLS",
        19 => "VeNCrypt",
        20 => "GTK-VNC SASL",
        21 => "MD5 hash",
        22 => "Colin Dean xvp",
        30 or 35 => "Apple Remote Desktop",
        _ => "type " + type.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Whether both speak at least this version; the lower of the two counts.</summary>
    private bool IsAtLeast(string version) => string.CompareOrdinal(clientVersion ?? serverVersion, version) >= 0 && string.CompareOrdinal(serverVersion ?? clientVersion, version) >= 0;

    private ref Step StepOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    private Progress FromClient(ReadOnlySpan<byte> rest, ref Step step)
    {
        switch (step)
        {
            case Step.Version:
                if (rest.Length < VersionLength) return new Progress(0, VersionLength);
                if (!TryVersion(rest[..VersionLength], out string version)) return new Progress(0, 0, RfbFaults.NoVersion);
                clientVersion = version;
                // Before 3.7 the server alone chooses; what follows is known when it has.
                step = IsOld ? Step.Proof : Step.Types;
                return new Progress(VersionLength);
            case Step.Types:
                security = rest[0];
                step = security == Vnc ? Step.Proof : security == None ? Step.Init : Step.Over;
                return new Progress(1);
            case Step.Proof when security == Vnc:
                if (rest.Length < Challenge) return new Progress(0, Challenge);
                step = Step.Init;
                return new Progress(Challenge);
            default:
                isShared = rest[0] != 0;
                step = Step.Over;
                return new Progress(1);
        }
    }

    private Progress FromServer(in Segment segment, int at, ref Step step)
    {
        ReadOnlySpan<byte> rest = segment.Bytes[at..];
        switch (step)
        {
            case Step.Version:
                if (rest.Length < VersionLength) return new Progress(0, VersionLength);
                if (!TryVersion(rest[..VersionLength], out string version)) return new Progress(0, 0, RfbFaults.NoVersion);
                serverVersion = version;
                where = segment.Range(at, VersionLength);
                step = Step.Types;
                return new Progress(VersionLength);
            case Step.Types when IsOld:
                if (rest.Length < 4) return new Progress(0, 4);
                security = (byte)Math.Min(255, BinaryPrimitives.ReadUInt32BigEndian(rest));
                step = security switch { Invalid => Step.Reason, None => Step.Init, Vnc => Step.Proof, _ => Step.Over };
                if (security == Invalid) isIn = false;
                return new Progress(4);
            case Step.Types:
                if (rest.Length < 1 + rest[0]) return new Progress(0, 1 + rest[0]);
                step = Step.Proof;
                if (rest[0] == 0) (step, isIn) = (Step.Reason, false);
                return new Progress(1 + rest[0]);
            case Step.Proof:
                // What comes now depends on what the viewer chose, which it has sent before.
                if (security == Vnc)
                {
                    if (rest.Length < Challenge) return new Progress(0, Challenge);
                    step = Step.Verdict;
                    return new Progress(Challenge);
                }
                step = security == None ? IsAtLeast("003.008") ? Step.Verdict : Step.Init : Step.Over;
                return step == Step.Over ? new Progress(rest.Length) : FromServer(in segment, at, ref step);
            case Step.Verdict:
                if (rest.Length < 4) return new Progress(0, 4);
                isIn = BinaryPrimitives.ReadUInt32BigEndian(rest) == 0;
                step = isIn.Value ? Step.Init : Step.Over;
                if (step == Step.Over) client = Step.Over;
                return new Progress(4);
            case Step.Reason:
                client = step = Step.Over;
                return new Progress(rest.Length);
            default:
                if (rest.Length < ServerInit) return new Progress(0, ServerInit);
                uint name = BinaryPrimitives.ReadUInt32BigEndian(rest[20..]);
                if (name > LongestText) return new Progress(0, 0, RfbFaults.TextTooLong);
                int whole = ServerInit + (int)name;
                if (rest.Length < whole) return new Progress(0, whole);
                (width, height) = (BinaryPrimitives.ReadUInt16BigEndian(rest), BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
                desktop = name == 0 ? null : Encoding.UTF8.GetString(rest[ServerInit..whole]);
                isIn ??= true;
                client = step = Step.Over;
                return new Progress(whole);
        }
    }

    private void Offer(Signatures.Buffers.IBufferSink into)
    {
        if (security is { } type) into.Offer(Signatures.Buffers.BufferName.RfbSecurityType, Side.Server, type);
        if (isIn is { } verdict) into.Offer(Signatures.Buffers.BufferName.RfbSecurityResult, Side.Server, verdict ? 0 : 1);
        if (desktop is not null) into.Offer(Signatures.Buffers.BufferName.RfbName, Side.Server, Encoding.UTF8.GetBytes(desktop));
        into.Complete(Side.Server);
    }

    private void Report(ITransactionSink into)
    {
        if (isReported || (clientVersion is null && serverVersion is null)) return;
        isReported = true;
        if (into.Buffers is { } buffers) Offer(buffers);
        into.Emit(new RfbSession(last, where)
        {
            Began = began,
            ClientMajorVersion = Part(clientVersion, true),
            ClientMinorVersion = Part(clientVersion, false),
            ServerMajorVersion = Part(serverVersion, true),
            ServerMinorVersion = Part(serverVersion, false),
            AuthenticationMethod = security is { } type ? Name(type) : null,
            Auth = isIn,
            ShareFlag = isShared,
            DesktopName = desktop,
            Width = width,
            Height = height,
        });
    }
}
