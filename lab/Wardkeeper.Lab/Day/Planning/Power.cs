using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>When devices are switched on. Those with a fixed address always are; the others ask for theirs when it happens.</summary>
internal sealed class Power
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24), Ever = TimeSpan.FromHours(-1), LongestSettling = TimeSpan.FromMinutes(15);

    // From the moment a device is switched on until it takes part in anything.
    private static readonly TimeSpan Boot = TimeSpan.FromMinutes(2);

    private readonly DayDraft draft;
    private readonly Dictionary<string, List<(TimeSpan On, TimeSpan Off)>> spans = new(StringComparer.Ordinal);

    /// <summary>Plans a day's.</summary>
    public Power(DayDraft draft)
    {
        this.draft = draft;
        foreach (HospitalDevice device in draft.Plan.Devices)
        {
            Dice dice = draft.Dice("power/" + device.Key);
            List<(TimeSpan On, TimeSpan Off)> when = device.Bed is not null ? AtBed(device, dice) : [.. Hours(device).Select(span => (span.On > TimeSpan.Zero ? span.On + dice.Minutes(0, 15) : span.On, span.Off))];
            if (device.Dhcp is not null || device.Bed is not null) spans[device.Key] = when;
        }
    }

    /// <summary>How long a recording of some length waits until all that is on has asked for its address.</summary>
    public static TimeSpan Settling(TimeSpan length) => length / 6 < LongestSettling ? length / 6 : LongestSettling;

    /// <summary>Whether a device is on and ready. Names that are no device's always are.</summary>
    public bool IsOn(string key, TimeSpan at) => !spans.TryGetValue(key, out List<(TimeSpan On, TimeSpan Off)>? when) || when.Any(span => at >= span.On + Boot && at < span.Off);

    /// <summary>When it is on.</summary>
    public IReadOnlyList<(TimeSpan On, TimeSpan Off)> Of(string key) => spans.GetValueOrDefault(key) ?? [(Ever, Day)];

    /// <summary>Who asks for an address from one moment to another: first those that are on already, then each when it is switched on.</summary>
    public IEnumerable<LabEvent> SwitchedOn(TimeSpan from, TimeSpan end)
    {
        HospitalDevice[] asking = [.. draft.Plan.Devices.Where(device => device.Dhcp is not null)];
        string[] already = draft.Dice("settling").Shuffled(asking.Where(device => Of(device.Key).Any(span => span.On < from && span.Off > from)).Select(device => device.Key));
        TimeSpan settling = Settling(end - from);
        for (int i = 0; i < already.Length; i++) yield return new AddressAsked(from + TimeSpan.FromSeconds((int)settling.TotalSeconds * i / already.Length), already[i], HospitalNetwork.Router);
        foreach (HospitalDevice device in asking)
        {
            foreach ((TimeSpan on, _) in Of(device.Key).Where(span => span.On >= from && span.On < end)) yield return new AddressAsked(on, device.Key, HospitalNetwork.Router);
        }
    }

    /// <summary>Bedside devices run while somebody lies there; a short gap is not worth switching off.</summary>
    private List<(TimeSpan On, TimeSpan Off)> AtBed(HospitalDevice device, Dice dice)
    {
        List<(TimeSpan On, TimeSpan Off)> when = [];
        foreach (Stay stay in draft.Census.Of(device.Bed!).OrderBy(stay => stay.Begin))
        {
            TimeSpan on = stay.Begin - dice.Minutes(6, 15), off = stay.End + dice.Minutes(5, 15);
            if (when.Count > 0 && on < when[^1].Off + TimeSpan.FromMinutes(20)) when[^1] = (when[^1].On, off);
            else when.Add((on, off));
        }
        return when;
    }

    private static List<(TimeSpan On, TimeSpan Off)> Hours(HospitalDevice device) => device.Type switch
    {
        _ when device.Department.Key is "emergency" or "icu" && device.Type != "nurse-handheld" => [(Ever, Day)],
        "nurse-handheld" => [(Ever, At(7, 50)), (At(7, 56), At(15, 50)), (At(15, 56), Day)],
        "camera" or "printer" or "rfid-reader" or "ip-phone" => [(Ever, Day)],
        "clinical-workstation" when device.Department.Key == "dialysis" => [(At(6, 30), At(18, 30))],
        "registration-kiosk" or "report-kiosk" => [(At(6, 55), At(18, 10))],
        _ => [(At(7, 5), At(18, 20))],
    };

    private static TimeSpan At(int hour, int minute) => new(hour, minute, 0);
}
