using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Where a request for a certificate stands.</summary>
public enum EnrolmentState
{
    /// <summary>It waits for a person.</summary>
    Waiting,

    /// <summary>A person approved it; the device has not come for its certificate yet.</summary>
    Approved,

    /// <summary>The certificate was handed out.</summary>
    Issued,

    /// <summary>A person refused it.</summary>
    Refused,
}

/// <summary>A device's request for a certificate.</summary>
/// <param name="Number">Its number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="How">How the device showed who it is: <c>voucher</c>, <c>idevid</c>, <c>renewal</c>, <c>by-hand</c>.</param>
/// <param name="Credential">Which credential that was, in words; never a secret.</param>
/// <param name="Subject">Subject that it asks for, as RFC 4514 writes it.</param>
/// <param name="DeviceSerial">Serial number of the device: of its credential, else as the request claims; null when there is none.</param>
/// <param name="KeyHash">SHA-256 of the key, lower-case hex.</param>
/// <param name="Device">Device of the ledger that it is for; null while nobody said.</param>
/// <param name="Address">Address it came from.</param>
/// <param name="Asked">When it came.</param>
/// <param name="DecidedBy">Who decided, or null.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Certificate">Number of the certificate that was issued, or null.</param>
public sealed record EnrolmentRequest(
    long Number,
    EnrolmentState State,
    string How,
    string Credential,
    string Subject,
    string? DeviceSerial,
    string KeyHash,
    long? Device,
    string? Address,
    CaptureTime Asked,
    string? DecidedBy = null,
    string? Reason = null,
    long? Certificate = null)
{
    /// <summary>Tells a message that comes again: SHA-256 of request and credential, lower-case hex. One such message is answered with one certificate.</summary>
    internal string Replay { get; init; } = "";

    /// <summary>Number of the voucher that it was made with, or null.</summary>
    internal long? Voucher { get; init; }

    /// <summary>Short, speakable name.</summary>
    public string Id => IdOf(Number);

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"E-{number}");
}

/// <summary>A one-time token by which a device without a certificate enrols. Only its hash is kept.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Device">Device that it is for; null when a person decides that for each request.</param>
/// <param name="Profile">Profile of the certificate.</param>
/// <param name="Note">What it is for, as its maker says.</param>
/// <param name="By">Who made it.</param>
/// <param name="Made">When.</param>
/// <param name="Expires">Until when it can be used.</param>
/// <param name="Used">When it was used, or null.</param>
public sealed record Voucher(long Number, long? Device, string Profile, string Note, string By, CaptureTime Made, CaptureTime Expires, CaptureTime? Used = null);

/// <summary>A device that a purchase order announces: when one with this serial number shows a maker's certificate, it is enrolled without asking anybody.</summary>
/// <param name="Serial">Serial number, as the maker's certificate names it.</param>
/// <param name="Order">Number of the purchase order.</param>
/// <param name="Maker">Maker, or null.</param>
/// <param name="Model">Model, or null.</param>
/// <param name="Device">Device of the ledger, or null while there is none.</param>
/// <param name="By">Who entered it.</param>
/// <param name="Since">When.</param>
/// <param name="Enrolled">When it enrolled, or null.</param>
public sealed record ExpectedDevice(string Serial, string Order, string? Maker, string? Model, long? Device, string By, CaptureTime Since, CaptureTime? Enrolled = null);
