using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// What follows from observations about the machine that sent them. A device that reports for itself is described by them. A rack or
/// gateway reports for others: their identity, types and versions are not its own, but that one of them is in use is true of it too.
/// </summary>
internal static class Hl7DeviceClaims
{
    /// <summary>States claims about the sender of a message with observations.</summary>
    public static void State(Hl7Exchange message, Subject sender, ObservationBatch into)
    {
        if (message.Devices is not { } devices) return;
        bool isOwn = devices.Count == 1 && IsOwn(devices[0].Id, message);
        if (!isOwn && devices.Any(device => device.Id is not null)) into.Claim(sender, ClaimKind.Role, "device-gateway", "OBX-18");
        foreach (Hl7Device device in devices)
        {
            // The same device under another name is another's: a later word about it does not supersede this one.
            if (device.State is not null) into.Claim(sender, ClaimKind.InUse, device.State, isOwn || device.Id is null ? device.StateBasis! : $"{device.StateBasis} of {device.Id}");
            if (isOwn) Describe(device, sender, into);
        }
    }

    private static void Describe(Hl7Device device, Subject sender, ObservationBatch into)
    {
        // A central monitor reports under its own identity as if it were the monitor at each of its beds.
        if (device.Type != "patient-monitor") into.Claim(sender, ClaimKind.Type, device.Type, "OBX-3");
        into.Claim(sender, ClaimKind.Vendor, device.Vendor, "MDC_ID_MODEL_MANUFACTURER");
        into.Claim(sender, ClaimKind.Model, device.Model, "MDC_ID_MODEL_NUMBER");
        into.Claim(sender, ClaimKind.SerialNumber, device.Serial, "MDC_ID_PROD_SPEC_SERIAL");
        into.Claim(sender, ClaimKind.HardwareVersion, device.Hardware, "MDC_ID_PROD_SPEC_HW");
        into.Claim(sender, ClaimKind.Software, device.Software, "MDC_ID_PROD_SPEC_SW");
        into.Claim(sender, ClaimKind.Firmware, device.Firmware, "MDC_ID_PROD_SPEC_FW");
    }

    /// <summary>Whether a device is the sender itself, by the sender's EUI-64 in MSH-3 or MSH-4. One without an identity may stand at any bed of a central monitor.</summary>
    private static bool IsOwn(string? id, Hl7Exchange message)
    {
        if (id is null) return false;
        return Identity(message.Msh3) is { } application ? id.Contains(application, StringComparison.OrdinalIgnoreCase)
            : Identity(message.Msh4) is { } facility && id.Contains(facility, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The EUI-64 of a hierarchic designator: name^identity^EUI-64.</summary>
    private static string? Identity(string? designator) =>
        designator?.Split('^') is [_, { Length: 16 } identity, "EUI-64", ..] ? identity : null;
}
