using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>
/// SSH: the identification lines of both sides and the key exchange, until both sides encrypt; from then on bytes are
/// counted by who says them. Kept per flow are the two lines, the two lists of algorithms and the counts. What the key exchange computes with, and everything of version
/// 1 behind the identifications, is passed by by its length.
/// </summary>
internal sealed class SshAnalyser : IProtocol
{
    /// <summary>Bytes before a packet's content: length, padding length and message number.</summary>
    internal const int PacketHeader = 6;

    private const int LongestPacket = 35000;
    private const int LongestLine = 1024;
    private const int MostLines = 64;
    private const byte KexInit = 20, NewKeys = 21, KexDhInit = 30, KexDhReply = 31, KexGexInit = 32, KexGexReply = 33, KexGexRequest = 34;

    private SshSide client, server;
    private SshTurns turns;
    private string? hostKey;
    private bool isReversed, isReported;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange evidence;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ssh",
        Title = "Secure Shell",
        Standard = "RFC 4253",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of([9, 10, 13, .. Enumerable.Range(0x20, 0x5F).Select(static b => (byte)b)]),
        Ports = [22],
        LookAhead = 256,
        MaxHeld = 40 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        bool clientSays = IsIdentified(opening.Client), serverSays = IsIdentified(opening.Server);
        if (clientSays) return Match.Yes;
        if (!opening.Client.IsEmpty) return SshIdentification.CanBegin(opening.Client) ? Match.NeedMore : Match.No;
        if (serverSays) return Match.Yes;
        if (SshIdentification.CanBegin(opening.Server)) return Match.NeedMore;
        // Only a server may say something else first: lines of text. The client's line decides then.
        return opening.FromStart && !opening.Server.ContainsAnyExceptInRange((byte)9, (byte)0x7E) ? Match.NeedMore : Match.No;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref SshSide side = ref SideOf(segment.Side);
        int at = side.Pass(in segment);
        if (at == segment.Bytes.Length) Count(in segment, in side);
        if (at == segment.Bytes.Length) return side.Note(in segment, new Progress(at));
        began ??= segment.At;
        last = segment.At;
        while (at < segment.Bytes.Length && !side.IsOver)
        {
            Progress step = side.Identification is null ? Line(in segment, ref side, segment.Bytes[at..], into) : Packet(in segment, ref side, segment.Bytes[at..], into);
            at += step.Consumed;
            if (step.Fault is not null)
            {
                into.Report(step.Fault);
                side.FallSilent();
            }
            else if (step.Consumed == 0)
            {
                return side.Note(in segment, step with { Consumed = at });
            }
        }
        Count(in segment, in side);
        if (client.IsOver && server.IsOver)
        {
            Report(into);
            if (client.IsEncrypted && server.IsEncrypted) return Progress.All(in segment);
            return client.Identification is null && server.Identification is null ? Progress.GiveUp(SshFaults.NoIdentification) : Progress.Done(segment.Bytes.Length);
        }
        return side.Note(in segment, new Progress(side.IsOver ? segment.Bytes.Length : at));
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into) => SideOf(side).Lose();

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        Report(into);
        turns.EndTurn();
        SshTurns.Said asked = isReversed ? turns.Server : turns.Client, answered = isReversed ? turns.Client : turns.Server;
        if (!client.IsEncrypted || !server.IsEncrypted || asked.Turns == 0 || answered.Turns == 0) return;
        into.Emit(new SshSession(turns.Last, evidence)
        {
            Began = began,
            Shape = SshTurns.Shape(asked, answered),
            ClientBytes = asked.Bytes,
            ServerBytes = answered.Bytes,
            ClientTurns = asked.Turns,
            ServerTurns = answered.Turns,
            ShortTurns = asked.Short,
        });
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client = server = default;
        turns = default;
        hostKey = null;
        isReversed = isReported = false;
        began = null;
        last = default;
        evidence = default;
    }

    private static bool IsIdentified(ReadOnlySpan<byte> bytes) => bytes.Length >= 6 && SshIdentification.CanBegin(bytes);

    private void Count(in Segment segment, in SshSide side)
    {
        if (side.IsEncrypted) turns.Add(segment.Side, segment.Offset + segment.Bytes.Length - Math.Max(segment.Offset, side.EncryptedFrom), segment.At);
    }

    private ref SshSide SideOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    private Progress Line(in Segment segment, ref SshSide side, ReadOnlySpan<byte> rest, ITransactionSink into)
    {
        int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (end < 0) return rest.Length >= LongestLine ? new Progress(0, 0, SshFaults.LineTooLong) : new Progress(0, rest.Length + 1);
        ReadOnlySpan<byte> line = rest[..end];
        if (line.EndsWith((byte)'\r')) line = line[..^1];
        if (!line.StartsWith(SshIdentification.Prefix))
        {
            if (segment.Side == Side.Client) return new Progress(0, 0, SshFaults.NoIdentification);
            return ++side.Lines > MostLines ? new Progress(0, 0, SshFaults.TooManyLines) : new Progress(end + 1);
        }
        if (line.Length > SshIdentification.Longest) into.Report(SshFaults.LineTooLong);
        side.Identification = SshIdentification.Read(line[..Math.Min(line.Length, SshIdentification.Longest)]);
        if (into.Buffers is { } buffers) SshIdentification.Offer(line, segment.Side, buffers);
        int from = segment.Bytes.Length - rest.Length;
        side.IdentifiedAt = segment.Range(from, line.Length);
        if (evidence.Length == 0) evidence = segment.Range(from, end + 1);
        if (VersionOf(client.Identification, server.Identification) == 1)
        {
            client.FallSilent();
            server.FallSilent();
        }
        else if (!side.Identification.SpeaksVersion2)
        {
            side.FallSilent();
        }
        return new Progress(end + 1);
    }

    /// <summary>One packet in clear: its message number decides whether it is read or passed by. RFC 4253, 6.</summary>
    private Progress Packet(in Segment segment, ref SshSide side, ReadOnlySpan<byte> rest, ITransactionSink into)
    {
        if (rest.Length < PacketHeader) return new Progress(0, PacketHeader);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        byte padding = rest[4], message = rest[5];
        if (length > LongestPacket || length < 2u + padding) return new Progress(0, 0, SshFaults.MalformedPacket);
        int whole = 4 + (int)length;
        bool isReply = message is KexDhReply or KexGexReply;
        if (message == KexInit || (isReply && hostKey is null))
        {
            if (rest.Length < whole) return new Progress(0, whole);
            ReadOnlySpan<byte> payload = rest[PacketHeader..(whole - padding)];
            if (into.Buffers is { } all) Offer(rest[..whole], segment.Side, all);
            if (message == KexInit) TakeKexInit(ref side, payload, into);
            else TakeReply(payload, into);
            return new Progress(whole);
        }
        if (into.Buffers is { } buffers) Offer(rest[..Math.Min(whole, rest.Length)], segment.Side, buffers);
        if (message is KexDhInit or KexGexInit or KexGexRequest) isReversed |= segment.Side == Side.Server;
        side.IsEncrypted = message == NewKeys;
        side.EncryptedFrom = segment.Offset + segment.Bytes.Length - rest.Length + whole;
        return new Progress(side.Skip(whole, rest.Length));
    }

    private static void Offer(ReadOnlySpan<byte> packet, Side side, Signatures.Buffers.IBufferSink into)
    {
        into.Offer(Signatures.Buffers.BufferName.FrameSshPdu, side, packet);
        into.Offer(Signatures.Buffers.BufferName.FrameSshHeader, side, packet[..PacketHeader]);
        into.Offer(Signatures.Buffers.BufferName.FrameSshData, side, packet[PacketHeader..]);
        into.Complete(side);
    }

    private static void TakeKexInit(ref SshSide side, ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        if (!SshKexInit.TryRead(payload, out SshKexInit offered)) into.Report(SshFaults.MalformedKexInit);
        else side.Offered ??= offered;
    }

    /// <summary>The answer to either form of key exchange begins with the host key; the group of the second form has the first one's number and ends earlier.</summary>
    private void TakeReply(ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        SpanReader reader = new(payload);
        uint length = reader.U32();
        ReadOnlySpan<byte> key = reader.Take(length > LongestPacket ? -1 : (int)length);
        if (reader.Failed)
        {
            into.Report(SshFaults.MalformedPacket);
            return;
        }
        SpanReader name = new(key);
        uint nameLength = name.U32();
        if (nameLength is > 2 and < 64 && !name.Take((int)nameLength).ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !name.Failed) hostKey = SshKexInit.HostKeyFingerprint(key);
    }

    private void Report(ITransactionSink into)
    {
        SshIdentification? from = isReversed ? server.Identification : client.Identification, to = isReversed ? client.Identification : server.Identification;
        if (isReported || (from is null && to is null)) return;
        isReported = true;
        SshKexInit? wanted = isReversed ? server.Offered : client.Offered, offered = isReversed ? client.Offered : server.Offered;
        bool both = wanted is not null && offered is not null;
        into.Emit(new SshConnection(last, evidence)
        {
            Began = began,
            Version = VersionOf(from, to),
            Client = from?.Text,
            Server = to?.Text,
            CipherAlg = both ? SshKexInit.Agreed(wanted!.EncryptionClientToServer, offered!.EncryptionClientToServer, wanted.EncryptionServerToClient, offered.EncryptionServerToClient) : null,
            MacAlg = both ? SshKexInit.Agreed(wanted!.MacClientToServer, offered!.MacClientToServer, wanted.MacServerToClient, offered.MacServerToClient) : null,
            CompressionAlg = both ? SshKexInit.Agreed(wanted!.CompressionClientToServer, offered!.CompressionClientToServer, wanted.CompressionServerToClient, offered.CompressionServerToClient) : null,
            KexAlg = both ? SshKexInit.Agreed(wanted!.KexAlgorithms, offered!.KexAlgorithms) : null,
            HostKeyAlg = both ? SshKexInit.Agreed(wanted!.ServerHostKeyAlgorithms, offered!.ServerHostKeyAlgorithms) : null,
            HostKeyFingerprint = hostKey,
            Hassh = wanted?.Hassh(),
            HasshServer = offered?.HasshServer(),
            IsReversed = isReversed,
            ClientSoftware = from?.Software,
            ServerSoftware = to?.Software,
            ClientSystem = from?.OperatingSystem,
            ServerSystem = to?.OperatingSystem,
            ClientAt = isReversed ? server.IdentifiedAt : client.IdentifiedAt,
            ServerAt = isReversed ? client.IdentifiedAt : server.IdentifiedAt,
        });
    }

    private static int? VersionOf(SshIdentification? one, SshIdentification? other) =>
        one is null || other is null ? null : one.SpeaksVersion2 && other.SpeaksVersion2 ? 2 : one.SpeaksVersion1 && other.SpeaksVersion1 ? 1 : null;
}
