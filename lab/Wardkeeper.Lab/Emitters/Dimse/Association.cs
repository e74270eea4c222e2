using System.Buffers.Binary;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>
/// One DICOM association, from either end: negotiation, messages in P-DATA, release (PS3.7, PS3.8). It is small on purpose: little
/// endian only, messages one after the other, no extended negotiation but for roles. Checked against Orthanc, dcmtk and tshark.
/// </summary>
internal sealed class Association
{
    private const string ImplicitLittleEndian = "1.2.840.10008.1.2";
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private const byte IsCommand = 1;
    private const byte IsLast = 2;

    private readonly Stream stream;
    private readonly ByteReader reader;
    private readonly int most;
    private readonly Dictionary<byte, PresentationContext> contexts;

    private Association(Stream stream, ByteReader reader, AssociatePdu peer, IEnumerable<PresentationContext> contexts)
    {
        (this.stream, this.reader, Peer) = (stream, reader, peer);
        this.contexts = contexts.Where(context => context.Result == 0).ToDictionary(context => context.Id);
        most = (int)Math.Clamp(peer.MostDataTaken == 0 ? AssociatePdu.MostData : peer.MostDataTaken, 128, 1 << 20);
    }

    /// <summary>What the peer said of itself.</summary>
    public AssociatePdu Peer { get; }

    /// <summary>Asks for an association.</summary>
    /// <param name="stream">Connection.</param>
    /// <param name="reader">Its reader.</param>
    /// <param name="self">As whom.</param>
    /// <param name="called">AE title of the peer.</param>
    /// <param name="sopClasses">SOP classes to propose, one context each.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">The peer rejects it.</exception>
    public static async Task<Association> RequestAsync(Stream stream, ByteReader reader, DicomIdentity self, string called, IReadOnlyList<string> sopClasses, CancellationToken cancel)
    {
        PresentationContext[] proposed = [.. sopClasses.Select((sopClass, index) => new PresentationContext((byte)(2 * index + 1), sopClass, [ExplicitLittleEndian, ImplicitLittleEndian]))];
        AssociatePdu request = new() { Called = called, Calling = self.AeTitle, Contexts = proposed, ImplementationUid = self.ImplementationUid, ImplementationVersion = self.ImplementationVersion };
        await stream.WriteAsync(request.ToPdu(isRequest: true).ToBytes(), cancel);
        Pdu answer = await Pdu.ReadAsync(reader, cancel) ?? throw new InvalidDataException("the peer closed instead of answering an association");
        if (answer.Kind != PduKind.AssociateAccept) throw new InvalidDataException($"{called} answers an association with {answer.Kind} {Convert.ToHexString(answer.Body)}");
        AssociatePdu accepted = AssociatePdu.Read(answer);
        IEnumerable<PresentationContext> chosen = accepted.Contexts.Select(context => context with { AbstractSyntax = proposed.Single(proposal => proposal.Id == context.Id).AbstractSyntax });
        return new(stream, reader, accepted, chosen);
    }

    /// <summary>Waits for an association and accepts it. Roles are granted as they are asked for.</summary>
    /// <param name="stream">Connection.</param>
    /// <param name="reader">Its reader.</param>
    /// <param name="self">As whom.</param>
    /// <param name="sopClasses">SOP classes to accept.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It is meant for another AE title, and was rejected.</exception>
    public static async Task<Association> AcceptAsync(Stream stream, ByteReader reader, DicomIdentity self, IReadOnlyCollection<string> sopClasses, CancellationToken cancel)
    {
        Pdu first = await Pdu.ReadAsync(reader, cancel) ?? throw new InvalidDataException("the peer connected and closed");
        if (first.Kind != PduKind.AssociateRequest) throw new InvalidDataException($"an association begins with {first.Kind}");
        AssociatePdu request = AssociatePdu.Read(first);
        if (request.Called != self.AeTitle)
        {
            // Permanent, by the service user, called AE title not recognized: PS3.8, 9.3.4.
            await stream.WriteAsync(new Pdu(PduKind.AssociateReject, [0, 1, 1, 7]).ToBytes(), cancel);
            throw new InvalidDataException($"{request.Calling} calls {request.Called}, but this is {self.AeTitle}");
        }
        PresentationContext[] chosen = [.. request.Contexts.Select(context => Choose(context, sopClasses))];
        AssociatePdu accept = request with { Contexts = chosen, ImplementationUid = self.ImplementationUid, ImplementationVersion = self.ImplementationVersion, MostDataTaken = AssociatePdu.MostData };
        await stream.WriteAsync(accept.ToPdu(isRequest: false).ToBytes(), cancel);
        return new(stream, reader, request, chosen);
    }

    /// <summary>The accepted context of a SOP class.</summary>
    /// <exception cref="InvalidDataException">The peer did not accept it.</exception>
    public byte ContextOf(string sopClass) => contexts.Values.FirstOrDefault(context => context.AbstractSyntax == sopClass)?.Id ?? throw new InvalidDataException($"the peer does not accept {sopClass}");

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(DimseMessage message, CancellationToken cancel)
    {
        byte[] command = DataSetCodec.Write(message.Command, isExplicit: false);
        byte[] length = [0, 0, 0, 0, 4, 0, 0, 0, .. BitConverter.GetBytes((uint)command.Length)];
        await SendAsync(message.Context, [.. length, .. command], IsCommand, cancel);
        if (message.Data is not null) await SendAsync(message.Context, DataSetCodec.Write(message.Data, IsExplicit(message.Context)), 0, cancel);
    }

    /// <summary>Sends a request and waits for its response. When that is no success, the association is released.</summary>
    /// <exception cref="InvalidDataException">It is not the response, or no success.</exception>
    public async Task AskAsync(DimseMessage request, CancellationToken cancel)
    {
        await SendAsync(request, cancel);
        DimseMessage answer = await ReceiveAsync(cancel) ?? throw new InvalidDataException("the peer released the association instead of answering");
        if (answer.Field != (request.Field | DimseCommand.Response) || answer.Command.Number(DicomTags.MessageIdRespondedTo) != request.Command.Number(DicomTags.MessageId)) throw new InvalidDataException($"the peer answers {request.Field:X4} with {answer.Field:X4}");
        if (answer.Status == 0) return;
        await ReleaseAsync(cancel);
        throw new InvalidDataException($"the peer answers {request.Field:X4} with status {answer.Status:X4} {answer.Command.Text(DicomTags.ErrorComment)}".TrimEnd());
    }

    /// <summary>The next message; null when the peer has released the association, which is answered.</summary>
    /// <exception cref="InvalidDataException">The peer aborted, closed or sent what is no message.</exception>
    public async Task<DimseMessage?> ReceiveAsync(CancellationToken cancel)
    {
        List<byte> command = [], data = [];
        DataSet? commandSet = null;
        while (true)
        {
            Pdu pdu = await Pdu.ReadAsync(reader, cancel) ?? throw new InvalidDataException("the peer closed without releasing the association");
            if (pdu.Kind == PduKind.ReleaseRequest)
            {
                await stream.WriteAsync(new Pdu(PduKind.ReleaseReply, new byte[4]).ToBytes(), cancel);
                return null;
            }
            if (pdu.Kind != PduKind.Data) throw new InvalidDataException($"the peer sends {pdu.Kind} within an association");
            foreach ((byte context, byte control, byte[] content) in Values(pdu.Body))
            {
                bool isCommand = (control & IsCommand) != 0;
                (isCommand ? command : data).AddRange(content);
                if ((control & IsLast) == 0) continue;
                if (isCommand) commandSet = DataSetCodec.Read([.. command], isExplicit: false);
                if (commandSet is null) throw new InvalidDataException("a data set comes before its command");
                if (!isCommand) return new(context, commandSet, DataSetCodec.Read([.. data], IsExplicit(context)));
                if (!DimseMessage.HasData(commandSet)) return new(context, commandSet, null);
            }
        }
    }

    /// <summary>Releases the association.</summary>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        await stream.WriteAsync(new Pdu(PduKind.ReleaseRequest, new byte[4]).ToBytes(), cancel);
        Pdu? answer = await Pdu.ReadAsync(reader, cancel);
        if (answer?.Kind != PduKind.ReleaseReply) throw new InvalidDataException($"the peer answers a release with {answer?.Kind.ToString() ?? "nothing"}");
    }

    private static PresentationContext Choose(PresentationContext proposed, IReadOnlyCollection<string> sopClasses)
    {
        string? syntax = proposed.TransferSyntaxes.FirstOrDefault(candidate => candidate is ExplicitLittleEndian or ImplicitLittleEndian);
        byte result = !sopClasses.Contains(proposed.AbstractSyntax) ? (byte)3 : syntax is null ? (byte)4 : (byte)0;
        return proposed with { TransferSyntaxes = [syntax ?? ImplicitLittleEndian], Result = result };
    }

    private bool IsExplicit(byte context) => contexts.TryGetValue(context, out PresentationContext? chosen)
        ? chosen.TransferSyntaxes[0] == ExplicitLittleEndian
        : throw new InvalidDataException($"a message uses presentation context {context}, which was not accepted");

    /// <summary>Sends fragments, each in a PDU of its own that the peer can take. PS3.8, 9.3.5 and Annex E.</summary>
    private async Task SendAsync(byte context, byte[] bytes, byte kind, CancellationToken cancel)
    {
        int room = most - 6;
        for (int at = 0; at < bytes.Length; at += room)
        {
            int end = Math.Min(at + room, bytes.Length);
            byte[] header = [0, 0, 0, 0, context, (byte)(kind | (end == bytes.Length ? IsLast : 0))];
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(end - at + 2));
            await stream.WriteAsync(new Pdu(PduKind.Data, [.. header, .. bytes[at..end]]).ToBytes(), cancel);
        }
    }

    private static IEnumerable<(byte Context, byte Control, byte[] Content)> Values(byte[] body)
    {
        int at = 0;
        while (at < body.Length)
        {
            int length = at + 6 <= body.Length ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(at)), int.MaxValue) : 0;
            if (length < 2 || length > body.Length - at - 4) throw new InvalidDataException("a value of P-DATA is longer than its PDU");
            yield return (body[at + 4], body[at + 5], body[(at + 6)..(at + 4 + length)]);
            at += 4 + length;
        }
    }
}
