using System.Buffers.Binary;
using System.Net;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>
/// Key exchange of IPsec, IKE versions 1 and 2, over UDP, with ESP and keep-alives in between (NAT traversal). Reads what is said
/// before encryption begins; encrypted messages only tell that keys were agreed on. Kept per flow is one negotiation.
/// </summary>
internal sealed class IpsecAnalyser : IProtocol
{
    private const int Marker = 4, MostListed = 16, LongestIdentity = 128;
    private const byte PayloadSaV1 = 1, PayloadIdV1 = 5, PayloadNotifyV1 = 11, PayloadVendorV1 = 13, PayloadSa = 33, PayloadKey = 34, PayloadNotify = 41, PayloadVendor = 43;
    private const byte Aggressive = 4;

    private readonly List<string> offered = [], chosen = [], vendors = [], responderVendors = [], notifications = [];
    private readonly List<IkeVendor> products = [], responderProducts = [];
    private ulong initiator, responder;
    private int major, minor;
    private byte exchange;
    private string? group, identity;
    private bool isOpen, hasClientEncrypted, hasServerEncrypted, isReversed;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ipsec",
        Title = "IPsec key exchange (IKE)",
        Standard = "RFC 7296, RFC 2408, RFC 2409, RFC 3948",
        Carriers = Carrier.Udp,
        Ports = [500, 4500],
        LookAhead = IkeMessage.HeaderLength,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!IkeMessage.TryRead(WithoutMarker(bytes), opening.Truncated, out IkeMessage message)) return Match.No;
        // IKEv1 gives no hint of who asks once both have numbers.
        bool isAnswer = message.Major == 2 ? message.IsResponse : message is { Responder: not 0, Begins: true };
        return isAnswer != opening.Client.IsEmpty && (isAnswer || message.Begins) ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        last = segment.At;
        if (!IkeMessage.TryRead(WithoutMarker(bytes), segment.Missing > 0, out IkeMessage message))
        {
            bool isEsp = bytes.Length > 8 && BinaryPrimitives.ReadUInt32BigEndian(bytes) > 255, isAlive = bytes.Length == 1;
            return new Progress(bytes.Length, 0, isEsp || isAlive || segment.Missing > 0 ? null : IpsecFaults.NoMessage);
        }
        if (message.IsEncrypted)
        {
            if (isOpen && message.Initiator == initiator) TakeEncrypted(in segment, message, into);
            return Progress.All(in segment);
        }
        if (message.Initiator != initiator || !isOpen)
        {
            // What is said in the clear outside a negotiation is a refusal, or anybody's claim.
            if (!message.Begins && message.Exchange is not (2 or Aggressive)) return Progress.All(in segment);
            Report(into);
            Open(in segment, message);
        }
        if (message.Responder != 0) responder = message.Responder;
        bool fromInitiator = segment.Side == Side.Server == isReversed;
        return new Progress(bytes.Length, 0, Read(message, fromInitiator));
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Report(into);

    /// <inheritdoc/>
    public void Reset() => Clear();

    private static ReadOnlySpan<byte> WithoutMarker(ReadOnlySpan<byte> bytes) =>
        bytes.Length > Marker && BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0 ? bytes[Marker..] : bytes;

    private void Open(in Segment segment, IkeMessage message)
    {
        Clear();
        isOpen = true;
        initiator = message.Initiator;
        (major, minor, exchange) = (message.Major, message.Minor, message.Exchange);
        isReversed = segment.Side == Side.Server != message.IsResponse;
        began = segment.At;
        last = segment.At;
        where = segment.Range(0, segment.Bytes.Length);
    }

    private void TakeEncrypted(in Segment segment, IkeMessage message, ITransactionSink into)
    {
        if (message.Responder != 0) responder = message.Responder;
        if (segment.Side == Side.Client) hasClientEncrypted = true;
        else hasServerEncrypted = true;
        // In aggressive mode the responder has proved itself before; the initiator's encrypted proof completes it.
        if (hasClientEncrypted && hasServerEncrypted) Report(into);
    }

    private Fault? Read(IkeMessage message, bool fromInitiator)
    {
        ReadOnlySpan<byte> rest = message.Payloads;
        Fault? fault = null;
        byte type = message.FirstPayload;
        while (type != 0)
        {
            if (rest.Length < 4) return IpsecFaults.MalformedPayload;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 4 || length > rest.Length) return IpsecFaults.MalformedPayload;
            ReadOnlySpan<byte> content = rest[4..length];
            switch (type)
            {
                case PayloadSaV1 when message.Major == 1 && message.Exchange is 2 or Aggressive:
                    if (!IkeProposals.ReadV1(content, Suites(fromInitiator))) fault = IpsecFaults.MalformedProposal;
                    break;
                case PayloadSa when message.Major == 2:
                    if (!IkeProposals.ReadV2(content, Suites(fromInitiator))) fault = IpsecFaults.MalformedProposal;
                    break;
                case PayloadKey when message.Major == 2 && fromInitiator && content.Length >= 2:
                    group = IkeNames.Group(BinaryPrimitives.ReadUInt16BigEndian(content));
                    break;
                case PayloadIdV1 when message.Major == 1 && fromInitiator && content.Length > 4:
                    identity = Identity(content[0], content[4..]);
                    break;
                case PayloadNotify when message.Major == 2 && content.Length >= 4:
                    Add(notifications, IkeNames.Notify(BinaryPrimitives.ReadUInt16BigEndian(content[2..])));
                    break;
                case PayloadNotifyV1 when message.Major == 1 && content.Length >= 8:
                    Add(notifications, IkeNames.Notify(BinaryPrimitives.ReadUInt16BigEndian(content[6..])));
                    break;
                case PayloadVendorV1 or PayloadVendor when type == PayloadVendor == (message.Major == 2):
                    Add(IkeVendors.Of(content), fromInitiator);
                    break;
            }
            type = rest[0];
            rest = rest[length..];
        }
        return fault;
    }

    /// <summary>Where suites go: what comes again (a retransmission, a second try) takes the place of what was there.</summary>
    private List<string> Suites(bool fromInitiator)
    {
        List<string> suites = fromInitiator ? offered : chosen;
        suites.Clear();
        return suites;
    }

    /// <summary>RFC 2407, 4.6.2: addresses as such, names as text, anything else not.</summary>
    private static string? Identity(byte type, ReadOnlySpan<byte> value) => type switch
    {
        1 when value.Length == 4 => new IPAddress(value).ToString(),
        5 when value.Length == 16 => new IPAddress(value).ToString(),
        2 or 3 or 11 when !value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) => Encoding.ASCII.GetString(value[..Math.Min(value.Length, LongestIdentity)]),
        _ => null,
    };

    private static void Add(List<string> list, string text)
    {
        if (list.Count < MostListed && !list.Contains(text)) list.Add(text);
    }

    private void Add(IkeVendor vendor, bool fromInitiator)
    {
        List<string> names = fromInitiator ? vendors : responderVendors;
        List<IkeVendor> told = fromInitiator ? products : responderProducts;
        Add(names, vendor.Name);
        if (vendor.Tells is "os" or "software" && told.Count < MostListed && !told.Contains(vendor)) told.Add(vendor);
    }

    private void Report(ITransactionSink into)
    {
        if (!isOpen) return;
        isOpen = false;
        string? suite = chosen.Count > 0 ? chosen[0] : null;
        List<string> weak = suite is null ? [] : [.. suite.Split('/', '|').Where(IkeNames.IsWeak)];
        if (exchange == Aggressive && suite is not null && suite.EndsWith("psk", StringComparison.Ordinal)) weak.Add("aggressive-psk");
        into.Emit(new IkeNegotiation(last, where)
        {
            Began = began,
            InitiatorSpi = initiator,
            ResponderSpi = responder == 0 ? null : responder,
            MajVer = major,
            MinVer = minor,
            ExchangeType = exchange,
            Exchange = IkeNames.Exchange(exchange),
            Proposals = [.. offered],
            Chosen = suite,
            Weak = weak,
            KeGroup = group,
            VendorIds = [.. vendors],
            ResponderVendorIds = [.. responderVendors],
            NotifyMessages = [.. notifications],
            Identity = identity,
            Established = hasClientEncrypted && hasServerEncrypted,
            IsReversed = isReversed,
            InitiatorProducts = [.. products],
            ResponderProducts = [.. responderProducts],
        });
    }

    private void Clear()
    {
        offered.Clear();
        chosen.Clear();
        vendors.Clear();
        responderVendors.Clear();
        notifications.Clear();
        products.Clear();
        responderProducts.Clear();
        initiator = responder = 0;
        major = minor = 0;
        exchange = 0;
        group = identity = null;
        isOpen = hasClientEncrypted = hasServerEncrypted = isReversed = false;
        began = null;
        last = default;
        where = default;
    }
}
