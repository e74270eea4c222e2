using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Orders of infusions and drugs over HL7 (RDE, RGV as in IHE PCD-03, RDS, RAS) from a machine or of a size that is not to be expected. From another machine: an order
/// that one machine placed is changed by another one under the same name to another amount; or, where a pump server took orders for a day and at least twenty, a machine orders that
/// never did. Of another size: more than three times the largest of at least ten amounts of this drug in this unit at this receiver, which is low, or more than ten times the largest of at least twenty.
/// Silent on declared HL7 servers, on a nurse's system that gives (RGV) what the pharmacy ordered (RDE), on tests, and on drugs of which little is known.
/// </summary>
internal sealed class InfusionCommand : IDetector, IDetector<TransactionRow>
{
    private const int OrdersKept = 65_536, ReceiversKept = 1024, DrugsKept = 16_384, HostsKept = 256, AmountsKept = 64, FewestOrders = 20, FewestAmounts = 10, ManyAmounts = 20, Larger = 3, MuchLarger = 10;
    private static readonly TimeSpan Learning = TimeSpan.FromDays(1), Remembered = TimeSpan.FromDays(7);
    private static readonly FindingType Foreign = new("infusion-order-foreign", Severity.High, Duty.ClinicalEngineering, "T0855");
    private static readonly FindingType Unusual = new("infusion-amount-unusual", Severity.Low, Duty.ResponsibleDepartment, "T0836");
    private readonly RecentState<string, Placed> orders = new(OrdersKept);
    private readonly RecentState<Address, Receiver> receivers = new(ReceiversKept);
    private readonly RecentState<string, Drug> drugs = new(DrugsKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("infusion-command", Foreign, Unusual) { Logs = ["hl7"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("give_code"u8) is not { } drug || ClinicalMessage.Of(seen) is not { IsTest: false } message || message.Kind.Split('^')[0] is not ("RDE" or "RGV" or "RDS" or "RAS")) return;
        Order order = new(message, drug, seen.Real("give_amount"u8), seen.Text("give_units"u8) ?? "");
        if (!known.Site.IsServer(message.From.Ip, "hl7")) Origin(order, known, findings);
        if (order.Amount is > 0) Size(order, known, findings);
    }

    private void Origin(Order order, in Knowledge known, IFindingSink findings)
    {
        ClinicalMessage message = order.Message;
        foreach (string number in message.Orders)
        {
            string key = $"{message.To.Ip}|{number}|{message.Kind}|{message.Name}";
            if (orders.Find(key) is { } placed && message.Row.At.Since(placed.At) <= Remembered)
            {
                if (placed.Units == order.Units && placed.Amount != order.Amount && !ClinicalMessage.IsSame(placed.From, message.From, in known)) OfAnother(order, placed.From.Ip, placed.Amount, 0.9, null, known, findings);
                continue;
            }
            Placed entry = orders.Of(key);
            (entry.From, entry.At, entry.Amount, entry.Units) = (message.From, message.Row.At, order.Amount, order.Units);
        }
        Receiver receiver = receivers.Of(message.To.Ip);
        if (receiver.Orders++ == 0) receiver.First = message.Row.At;
        if (receiver.Hosts.Contains(message.From.Ip) || receiver.Hosts.Count == HostsKept) return;
        if (receiver.Hosts.Count > 0 && receiver.Orders > FewestOrders && message.Row.At.Since(receiver.First) >= Learning) OfAnother(order, receiver.Hosts.Order().First(), null, 0.7, Severity.Medium, known, findings);
        receiver.Hosts.Add(message.From.Ip);
    }

    private void Size(Order order, in Knowledge known, IFindingSink findings)
    {
        Drug drug = drugs.Of($"{order.Message.To.Ip}|{order.Drug}|{order.Units}");
        double amount = order.Amount!.Value, largest = drug.Amounts.Count == 0 ? 0 : drug.Amounts.Max();
        bool isMuch = drug.Amounts.Count >= ManyAmounts && amount > MuchLarger * largest;
        if (isMuch || (drug.Amounts.Count >= FewestAmounts && amount > Larger * largest))
        {
            Raise(Unusual, order, isMuch ? Severity.High : null, isMuch ? 0.85 : 0.6, [order.Drug, $"{Text(amount)} {order.Units}", $"{Text(largest)} {order.Units}"],
                [new Fact("amount", $"{Text(amount)} {order.Units}", $"{Text(largest)} {order.Units}"), new Fact("amounts-known", FlowFacts.Number(drug.Amounts.Count)), new Fact("drug-code", order.Drug)], known, findings);
        }
        // What is out of all proportion does not become usual by being sent.
        if (isMuch) return;
        if (drug.Amounts.Count == AmountsKept) drug.Amounts.RemoveAt(0);
        drug.Amounts.Add(amount);
    }

    private static void OfAnother(Order order, Address usual, double? before, double confidence, Severity? severity, in Knowledge known, IFindingSink findings) =>
        Raise(Foreign, order, severity, confidence, [order.Message.Kind, order.Message.From.Ip.ToString(), usual.ToString()],
        [
            new Fact("sent-by", order.Message.From.Ip.ToString(), usual.ToString()),
            new Fact("amount", $"{Text(order.Amount)} {order.Units}", before is null ? null : $"{Text(before)} {order.Units}"),
            new Fact("drug-code", order.Drug),
            new Fact("order-control", order.Message.Row.Text("order_control"u8) ?? "-"),
            new Fact("message-name", order.Message.Name ?? "-"),
        ], known, findings);

    private static string Text(double? amount) => amount?.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) ?? "-";

    private static void Raise(FindingType type, Order order, Severity? severity, double confidence, string[] arguments, Fact[] facts, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = known.Party(order.Message.From),
        Peer = known.Party(order.Message.To, order.Message.ToPort),
        Severity = severity,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", "handshake")],
        Evidence = order.Message.Evidence,
    });

    private readonly record struct Order(ClinicalMessage Message, string Drug, double? Amount, string Units);

    private sealed class Placed
    {
        public Subject From { get; set; }

        public CaptureTime At { get; set; }

        public double? Amount { get; set; }

        public string Units { get; set; } = "";
    }

    private sealed class Receiver
    {
        public CaptureTime First { get; set; }

        public long Orders { get; set; }

        public HashSet<Address> Hosts { get; set; } = [];
    }

    private sealed class Drug
    {
        public List<double> Amounts { get; set; } = [];
    }
}
