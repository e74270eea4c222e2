using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>What a message tells.</summary>
internal enum HlKind
{
    /// <summary>Laboratory results: ORU^R01. HL7 v2.5.1, chapter 7.</summary>
    Result,

    /// <summary>An allergy, in an update of a patient's data: ADT^A08. Chapter 3.</summary>
    Allergy,

    /// <summary>A dose in a pharmacy order: RDE^O11. Chapter 4.</summary>
    Dose,
}

/// <summary>Who talks to whom over HL7 in a scene, and what: messages out of the dice, as first sent, changed by an attacker, or corrected honestly.</summary>
internal sealed class HlScript
{
    /// <summary>Port of receivers.</summary>
    public const int Port = 2575;

    /// <summary>What makes a receiver known: so many messages a week, on at least so many days; and of one sender, so many a day.</summary>
    private const int MessagesAWeek = 110, FewestDays = 5, FewestOfRole = 6;

    private const string Digits = "0123456789";
    private static readonly (string Family, string Given)[] People = [("MILLER", "ANNA"), ("SMITH", "JOHN"), ("KOCH", "EVA"), ("王", "小东"), ("徐", "明"), ("孙", "丽"), ("李", "秀英")];
    private static readonly string[] Allergens = ["Penicillin", "Latex", "Iodinated contrast", "Cefazolin", "Ibuprofen"], Drugs = ["Noradrenaline 4 mg/50 ml", "Morphine 50 mg/50 ml", "Insulin 50 U/50 ml", "Heparin 25000 U/50 ml"];

    /// <summary>Tests: LOINC code, name, unit, range; an ordinary value and one that would kill, in tenths of the unit.</summary>
    private static readonly (string Code, string Name, string Unit, string Range, int Low, int High, int Deadly)[] Tests =
    [
        ("2823-3", "Potassium", "mmol/L", "3.5-5.1", 36, 50, 82), ("718-7", "Hemoglobin", "g/dL", "12.0-16.0", 121, 158, 48), ("2345-7", "Glucose", "mmol/L", "3.9-6.1", 40, 60, 251), ("2524-7", "Lactate", "mmol/L", "0.5-2.2", 6, 21, 140),
    ];

    private readonly Dice dice;

    private HlScript(Dice dice, HostNamespace sender, HostNamespace receiver, DateOnly date) => (this.dice, Sender, Receiver, Date) = (dice, sender, receiver, date);

    /// <summary>Who sends honestly.</summary>
    public HostNamespace Sender { get; }

    /// <summary>Who receives.</summary>
    public HostNamespace Receiver { get; }

    private DateOnly Date { get; }

    /// <summary>Chooses who talks to whom.</summary>
    /// <exception cref="LabException">Nobody receives HL7, or nobody is there who sends it.</exception>
    public static HlScript Of(SceneStage stage)
    {
        HospitalDevice receiver = stage.Dice.Of(Cast.Offering(stage.Site, "mllp"));
        HospitalDevice sender = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site).Where(device => device.HlApplication is not null && device.Key != receiver.Key), "no device of this hospital sends HL7: none has an application name"));
        return new HlScript(stage.Dice, stage.Site[sender.Key], stage.Site[receiver.Key], stage.Site.Date);
    }

    /// <summary>A message of a kind.</summary>
    public HlMessage Message(HlKind kind)
    {
        (string family, string given) = dice.Of(People);
        string patient = "HL8" + dice.Letters(4, Digits), order = "O" + dice.Letters(6, Digits);
        string pid = $"PID|1||{patient}^^^HOSP^MR||{family}^{given}||{dice.Between(1935, 2010)}{dice.Between(1, 12):00}{dice.Between(1, 28):00}|{dice.Of(["F", "M"])}";
        DateTime at = Date.ToDateTime(new TimeOnly(dice.Between(7, 16), dice.Between(0, 59), dice.Between(0, 59)));
        string time = at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), id = kind.ToString()[..3].ToUpperInvariant() + dice.Letters(8, Digits);
        switch (kind)
        {
            case HlKind.Result:
                (string code, string name, string unit, string range, int low, int high, int deadly) = dice.Of(Tests);
                return new HlMessage(Header("ORU^R01^ORU_R01", time), id, [pid, $"OBR|1|{order}|L{order}|{code}^{name}^LN|||{time}"],
                    status => $"OBX|1|NM|{code}^{name}^LN||{{0}}|{unit}|{range}|{{1}}|||{status}|||{time}", [Tenths(dice.Between(low, high)), "N"], [Tenths(deadly), deadly > high ? "HH" : "LL"], [Tenths(dice.Between(low, high)), "N"], "F", "C", patient);
            case HlKind.Allergy:
                string allergen = dice.Of(Allergens), other = dice.Of([.. Allergens.Where(one => one != allergen)]);
                return new HlMessage(Header("ADT^A08^ADT_A01", time), id, [$"EVN|A08|{time}", pid, "PV1|1|I|ICU^01^1"],
                    status => $"AL1|1|DA|^{{0}}^L|{{1}}|{status}", [allergen, "SV"], ["No known allergies", ""], [$"{allergen} and {other}", "SV"], "anaphylaxis", "anaphylaxis", patient);
            default:
                string drug = dice.Of(Drugs);
                int rate = dice.Between(10, 80);
                return new HlMessage(Header("RDE^O11^RDE_O11", time), id, [pid, $"ORC|NW|{order}"],
                    status => $"RXE|^^^{time[..8]}|^{drug}^L|{{0}}||{{1}}|||{status}", [Tenths(rate), "ml/h"], [Tenths(rate * dice.Between(10, 40)), "ml/h"], [Tenths(rate + dice.Between(2, 9)), "ml/h"], "", "", patient);
        }
    }

    /// <summary>A message of any segments, in the sender's name or another.</summary>
    /// <param name="type">MSH-9.</param>
    /// <param name="segments">What follows the header.</param>
    /// <param name="application">MSH-3; null for the sender's own.</param>
    public string Compose(string type, IEnumerable<string> segments, string? application = null)
    {
        string time = Date.ToDateTime(new TimeOnly(dice.Between(7, 16), dice.Between(0, 59), dice.Between(0, 59))).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        string header = string.Format(CultureInfo.InvariantCulture, Header(type, time, application), type[..3] + dice.Letters(8, Digits));
        return string.Concat(segments.Prepend(header).Select(segment => segment + "\r"));
    }

    /// <summary>The segments of a report: a patient, an examination and texts or values.</summary>
    public IEnumerable<string> Report(params IEnumerable<string> observations) =>
        [$"PID|1||HL8{dice.Letters(4, Digits)}^^^HOSP^MR||{dice.Of(People).Family}^{dice.Of(["ANNA", "JOHN"])}", $"OBR|1|O{dice.Letters(6, Digits)}||24331-1^Report^LN", .. observations];

    /// <summary>An ordinary value as a segment.</summary>
    public string Value(int number)
    {
        (string code, string name, string unit, string range, int low, int high, _) = dice.Of(Tests);
        return $"OBX|{number}|NM|{code}^{name}^LN||{Tenths(dice.Between(low, high))}|{unit}|{range}|N|||F";
    }

    /// <summary>Everybody who sends HL7 here reports to the receiver on some earlier days, so that it knows its senders.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="cancel">Breaks it off.</param>
    public Task WeekAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] senders = [.. Cast.Inside(stage.Site).Where(device => device.HlApplication is not null && device.Key != Receiver.Device.Key)];
        int messages = Math.Max(1, (MessagesAWeek / senders.Length / FewestDays) + 1);
        return stage.EarlierAsync([.. senders.Select(sender => new SceneTraffic(sender.Ip, null, Receiver.Device.Ip, Port))], async () =>
        {
            foreach (HospitalDevice sender in senders)
            {
                HlScript own = new(dice, stage.Site[sender.Key], Receiver, Date);
                // The one whose role matters reports often.
                int count = sender.Key == Sender.Device.Key ? Math.Max(messages, FewestOfRole) : messages;
                await SendAsync(own.Sender, Receiver, [.. Enumerable.Range(0, count).Select(_ => own.Compose("ORU^R01^ORU_R01", own.Report(own.Value(1))))], cancel);
            }
        });
    }

    /// <summary>Sends messages on one connection, and waits for each to be accepted.</summary>
    public static async Task SendAsync(HostNamespace from, HostNamespace to, IEnumerable<string> messages, CancellationToken cancel)
    {
        await using MllpConnection connection = new(await from.ConnectAsync(to.Device.Ip, Port, cancel));
        foreach (string message in messages) await connection.SendAsync(message, Encoding.UTF8, cancel);
    }

    private string Header(string type, string time, string? application = null) =>
        $@"MSH|^~\&|{application ?? Sender.Device.HlApplication}|{Sender.Device.HlFacility ?? "HOSP"}|{Receiver.Device.HlApplication ?? "HIS"}|{Receiver.Device.HlFacility ?? "HOSP"}|{time}||{type}|{{0}}|P|2.5.1||||||UNICODE UTF-8";

    private static string Tenths(int value) => (value / 10m).ToString("0.0", CultureInfo.InvariantCulture);
}
