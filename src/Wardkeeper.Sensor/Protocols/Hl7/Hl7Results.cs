using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// What a message says was found or is to be given, as far as forging it must show: results by their code, status and the digest of
/// their value; orders by the digests of their numbers; of a pharmacy order how much is to be given. No value of a patient is kept. HL7 2.9, 4.5.1, 4A.4, 7.4.
/// </summary>
internal sealed class Hl7Results
{
    private const int MostResults = 32, MostOrders = 16, Longest = 64;
    private readonly List<string> results = [], orders = [];

    /// <summary>Results: OBX-3.1, OBX-4, OBX-11 and the digest of OBX-5 and OBX-6, joined by ^.</summary>
    public IReadOnlyList<string>? Results => results.Count == 0 ? null : results;

    /// <summary>Digests of the numbers of orders: OBR-2 and -3, ORC-2 and -3.</summary>
    public IReadOnlyList<string>? Orders => orders.Count == 0 ? null : orders;

    /// <summary>ORC-1 of the first order.</summary>
    public string? OrderControl { get; private set; }

    /// <summary>OBX-14 of the first result that has it, else OBR-7.</summary>
    public string? ObservedAt { get; private set; }

    /// <summary>RXE-2.1 or RXG-4.1; where there is no code its text.</summary>
    public string? GiveCode { get; private set; }

    /// <summary>RXE-23 or RXG-15, a rate; where there is none RXE-3 or RXG-5.</summary>
    public double? GiveAmount { get; private set; }

    /// <summary>Unit of <see cref="GiveAmount"/>.</summary>
    public string? GiveUnits { get; private set; }

    /// <summary>Takes one segment.</summary>
    public void Take(Hl7Segment segment, PatientMasker masker)
    {
        switch (segment.Name)
        {
            case "OBX": TakeResult(segment, masker); break;
            case "OBR":
                TakeOrder('P', segment.Field(2), masker);
                TakeOrder('F', segment.Field(3), masker);
                ObservedAt ??= Hl7Reader.Moment(segment.Field(7).Component(1));
                break;
            case "ORC":
                OrderControl ??= segment.Field(1).Raw.Length <= 2 ? segment.Field(1).TextOrNull() : null;
                TakeOrder('P', segment.Field(2), masker);
                TakeOrder('F', segment.Field(3), masker);
                break;
            case "RXE": TakeGive(segment, code: 2, amount: 3, units: 5, rate: 23); break;
            case "RXG": TakeGive(segment, code: 4, amount: 5, units: 7, rate: 15); break;
            default: break;
        }
    }

    private void TakeResult(Hl7Segment result, PatientMasker masker)
    {
        if (results.Count == MostResults || result.Field(5).IsEmpty) return;
        if (result.Field(14).Component(1) is { IsEmpty: false } at && results.Count == 0) ObservedAt = Hl7Reader.Moment(at) ?? ObservedAt;
        ReadOnlySpan<char> value = result.Field(5).Raw, unit = result.Field(6).Component(1).Raw;
        string digest = unit.IsEmpty ? KeyedDigest.OfText(value, masker) : KeyedDigest.OfText($"{value}|{unit}", masker);
        results.Add($"{result.Field(3).Component(1).Text(Longest)}^{result.Field(4).Text(Longest).Replace('^', '.')}^{result.Field(11).Text(2)}^{digest}");
    }

    /// <summary>A number is the placer's or the filler's: both count from one.</summary>
    private void TakeOrder(char whose, Hl7Element number, PatientMasker masker)
    {
        if (orders.Count == MostOrders || number.Component(1).IsEmpty) return;
        string digest = KeyedDigest.OfText($"{whose}{number.Component(1).Raw}", masker);
        if (!orders.Contains(digest)) orders.Add(digest);
    }

    private void TakeGive(Hl7Segment give, int code, int amount, int units, int rate)
    {
        // Some leave the code out and give its text alone.
        if (GiveCode is not null || (give.Field(code).Component(1).TextOrNull(Longest) ?? give.Field(code).Component(2).TextOrNull(Longest)) is not { } what) return;
        GiveCode = what;
        bool isRate = !give.Field(rate).IsEmpty;
        if (!double.TryParse(give.Field(isRate ? rate : amount).Component(1).Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value)) return;
        GiveAmount = value;
        Hl7Element unit = give.Field(isRate ? rate + 1 : units);
        GiveUnits = unit.Component(2).TextOrNull(Longest) ?? unit.Component(1).TextOrNull(Longest);
    }
}
