using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// What the observations of a message say of the devices that made them, by the profiles of IHE PCD: a device is what stands under one
/// first number of OBX-4 (its containment: device, module, channel, value). IHE PCD Technical Framework, volume 2, 3.1, 3.4 and 3.10.
/// </summary>
internal sealed class Hl7Devices
{
    private const int MostDevices = 16;

    private static readonly Hl7Device Nothing = new();

    private readonly List<Seen> devices = [];
    private string?[]? alarm;

    /// <summary>Parts of the alarm that the message reports: event, phase, state, priority and type; null without one.</summary>
    public IReadOnlyList<string?>? Alarm => alarm;

    /// <summary>The devices in order of appearance of which anything was said; null when there is none.</summary>
    public IReadOnlyList<Hl7Device>? All
    {
        get
        {
            Hl7Device[] told = [.. devices.Select(one => one.Device).Where(device => device != Nothing)];
            return told.Length == 0 ? null : told;
        }
    }

    /// <summary>Takes one OBX segment.</summary>
    public void Take(Hl7Segment observation)
    {
        Hl7Element what = observation.Field(3);
        if (!Hl7Mdc.IsCoded(what)) return;
        ReadOnlySpan<char> place = observation.Field(4).Raw;
        int dot = place.IndexOf('.');
        if (dot >= 0) place = place[..dot];
        (MdcPart part, string meaning) = Hl7Mdc.Of(what);
        int at = 0;
        while (at < devices.Count && !place.SequenceEqual(devices[at].Place)) at++;
        // A device begins with a line of its own or an identity; what has neither belongs to the one before.
        if (at == devices.Count && at > 0 && part != MdcPart.Device && observation.Field(18).IsEmpty) at--;
        if (at == MostDevices || place.Length > 20) return;
        if (at == devices.Count) devices.Add(new Seen(place.ToString(), Nothing, 0));
        (_, Hl7Device device, int certainty) = devices[at];
        if (device.Id is null && observation.Field(18).Repetition(1).TextOrNull() is { } id) device = device with { Id = id };
        Hl7Element value = observation.Field(5);
        switch (part)
        {
            case MdcPart.Device:
                device = device with { Type = device.Type ?? meaning };
                break;
            case MdcPart.Fact:
                device = Learn(device, meaning, value);
                break;
            case MdcPart.Status when StateOf(Code(value)) is { } state:
                Show(state, 4, what, ref device, ref certainty);
                break;
            case MdcPart.Event:
                Show(meaning, 3, what, ref device, ref certainty);
                break;
            case MdcPart.Flow when double.TryParse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate):
                Show(rate > 0 ? "infusing" : "stopped", 2, what, ref device, ref certainty);
                break;
            case MdcPart.Vital when !value.IsEmpty:
                Show("monitoring", 1, what, ref device, ref certainty);
                break;
            case MdcPart.Alarm:
                TakeAlarm(meaning, Code(value));
                break;
            case MdcPart.None when IsAlarm(what.Component(2).Raw):
                TakeAlarm("event", Code(what));
                TakeFlags(observation.Field(8));
                break;
            default:
                break;
        }
        // An event may be the value of an attribute: OBX-3 says that it is one, OBX-5 which.
        if (Hl7Mdc.Of(value) is { Part: MdcPart.Event } told) Show(told.Meaning, 3, value, ref device, ref certainty);
        devices[at] = new Seen(devices[at].Place, device, certainty);
    }

    /// <summary>A channel that infuses outweighs one that does not; a surer word outweighs both.</summary>
    private static void Show(string state, int weight, Hl7Element basis, ref Hl7Device device, ref int certainty)
    {
        if (weight < certainty || (weight == certainty && (device.State == "infusing" || device.State == state))) return;
        (device, certainty) = (device with { State = state, StateBasis = basis.Component(2).TextOrNull(64) ?? basis.Component(1).TextOrNull(64) }, weight);
    }

    /// <summary>Takes one PRT segment: the device that takes part in what stands before it. HL7 2.9, 7.4.4.</summary>
    public void TakeParticipation(Hl7Segment participation)
    {
        string? id = participation.Field(10).Repetition(1).TextOrNull(), udi = participation.Field(16).TextOrNull(), serial = participation.Field(20).TextOrNull();
        if (id is null && udi is null && serial is null) return;
        int at = devices.Count - 1;
        if (at < 0 || (devices[at].Device.Id is { } known && id is not null && known != id))
        {
            if (devices.Count == MostDevices || devices.Exists(one => one.Device.Id == id)) return;
            devices.Add(new Seen("", Nothing, 0));
            at = devices.Count - 1;
        }
        Hl7Device device = devices[at].Device;
        devices[at] = devices[at] with { Device = device with { Id = device.Id ?? id, Udi = device.Udi ?? udi, Serial = device.Serial ?? serial } };
    }

    /// <summary>What a pump calls its state, as one of three.</summary>
    private static string? StateOf(string? said)
    {
        if (said is null) return null;
        if (said.Contains("not-infusing", StringComparison.OrdinalIgnoreCase)) return "stopped";
        if (said.Contains("infusing", StringComparison.OrdinalIgnoreCase) || said.Contains("kvo", StringComparison.OrdinalIgnoreCase)) return "infusing";
        if (said.Contains("standby", StringComparison.OrdinalIgnoreCase)) return "standby";
        string[] stopped = ["paused", "stopped", "off", "complete", "not-deliver"];
        return Array.Exists(stopped, word => said.Contains(word, StringComparison.OrdinalIgnoreCase)) ? "stopped" : null;
    }

    /// <summary>A coded value's name; many leave the number before it out.</summary>
    private static string? Code(Hl7Element value) => value.Component(2).TextOrNull(64) ?? value.Component(1).TextOrNull(64);

    private static Hl7Device Learn(Hl7Device device, string fact, Hl7Element value)
    {
        if (value.Repetition(1).Component(1).TextOrNull() is not { } text) return device;
        switch (fact)
        {
            case "vendor": return device with { Vendor = text };
            case "model": return device with { Model = text };
            case "serial": return device with { Serial = text };
            case "hardware": return device with { Hardware = text };
            case "firmware": return device with { Firmware = text };
            default: break;
        }
        // Several parts, each with its version: "InfuserType=PLUM_360~Infuser Software=15.11~Boot Loader=15.11".
        string? model = null;
        List<string> versions = [];
        for (int i = 1; i <= Math.Min(value.Repetitions, 8); i++)
        {
            if (value.Repetition(i).TextOrNull() is not { } part) continue;
            if (part.IndexOf('=') is > 0 and int equals && part[..equals].EndsWith("Type", StringComparison.OrdinalIgnoreCase)) model ??= part[(equals + 1)..];
            else versions.Add(part);
        }
        return device with { Model = device.Model ?? model, Software = string.Join("; ", versions) };
    }

    /// <summary>An event that is none of a pump's own course or of the patient's data.</summary>
    private static bool IsAlarm(ReadOnlySpan<char> name) => name.StartsWith("MDC_EVT_") && !name.StartsWith("MDC_EVT_PUMP_") && !name.StartsWith("MDC_EVT_PATIENT_");

    /// <summary>OBX-8 of an alarm: beside how far a value is off, its priority and its type.</summary>
    private void TakeFlags(Hl7Element flags)
    {
        for (int i = 1; i <= Math.Min(flags.Repetitions, 8); i++)
        {
            string? flag = Code(flags.Repetition(i));
            if (flag is "PN" or "PL" or "PM" or "PH") TakeAlarm("priority", flag);
            else if (flag is "SP" or "ST" or "SA") TakeAlarm("type", flag);
        }
    }

    private void TakeAlarm(string meaning, string? text)
    {
        int part = meaning switch { "event" => 0, "condition" => 0, "phase" => 1, "state" => 2, "priority" => 3, _ => 4 };
        if (text is null) return;
        alarm ??= new string?[5];
        alarm[part] ??= text;
    }

    /// <summary>A device so far.</summary>
    /// <param name="Place">First number of OBX-4.</param>
    /// <param name="Device">What was said of it.</param>
    /// <param name="Certainty">How sure its state is.</param>
    private readonly record struct Seen(string Place, Hl7Device Device, int Certainty);
}

/// <summary>A device that made observations, as the message tells of it.</summary>
public sealed record Hl7Device
{
    /// <summary>Its identity, all components. OBX-18, PRT-10.</summary>
    public string? Id { get; init; }

    /// <summary>Its type, an API value of the taxonomy. OBX-3 of the device's own line.</summary>
    public string? Type { get; init; }

    /// <summary>Maker. MDC_ID_MODEL_MANUFACTURER.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model. MDC_ID_MODEL_NUMBER.</summary>
    public string? Model { get; init; }

    /// <summary>Device identifier of its unique device identification. PRT-16.</summary>
    public string? Udi { get; init; }

    /// <summary>Serial number. MDC_ID_PROD_SPEC_SERIAL, PRT-20.</summary>
    public string? Serial { get; init; }

    /// <summary>Version of the hardware. MDC_ID_PROD_SPEC_HW.</summary>
    public string? Hardware { get; init; }

    /// <summary>Versions of its software. MDC_ID_PROD_SPEC_SW.</summary>
    public string? Software { get; init; }

    /// <summary>Version of the firmware. MDC_ID_PROD_SPEC_FW.</summary>
    public string? Firmware { get; init; }

    /// <summary>What it does: <c>infusing</c>, <c>standby</c>, <c>stopped</c> or <c>monitoring</c>.</summary>
    public string? State { get; init; }

    /// <summary>From which observation that follows.</summary>
    public string? StateBasis { get; init; }

    /// <summary>Writes it as one object of a row.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("id"u8, Id);
        row.Text("type"u8, Type);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("udi"u8, Udi);
        row.Text("serial"u8, Serial);
        row.Text("hardware"u8, Hardware);
        row.Text("software"u8, Software);
        row.Text("firmware"u8, Firmware);
        row.Text("state"u8, State);
        row.Text("state_basis"u8, StateBasis);
    }
}
