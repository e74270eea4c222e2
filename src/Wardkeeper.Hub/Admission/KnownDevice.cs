using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>What admission needs to know of a device of the ledger.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The name it is best known by; null when none.</param>
/// <param name="Type">Type, API value; null when not known.</param>
/// <param name="Category">Category of the type; null when not known.</param>
/// <param name="Department">Responsible department; null when nobody said.</param>
/// <param name="LifeCycle">State of the life cycle, API value.</param>
/// <param name="SwitchPort">Where it is attached as a person or a switch said; null when nobody did.</param>
/// <param name="Mobility"><c>fixed</c>, <c>mobile</c>, or null when nobody said.</param>
/// <param name="Macs">All its hardware addresses: its interfaces act together.</param>
/// <param name="IsKnownToPeople">Whether a person registered it or entered something of it.</param>
/// <param name="FirstSeen">First sign of life; 0 when none was seen.</param>
public sealed record KnownDevice(
    long Id,
    string? Name,
    string? Type,
    string? Category,
    string? Department,
    string LifeCycle,
    string? SwitchPort,
    string? Mobility,
    IReadOnlyList<MacAddress> Macs,
    bool IsKnownToPeople,
    CaptureTime FirstSeen)
{
    /// <summary>What it is called in texts.</summary>
    public string Shown => Name ?? LiveDevice.NameOf(Id);

    /// <summary>Whether its type is one that treats, measures or images patients.</summary>
    public bool IsMedical => DeviceFacts.IsMedicalCategory(Category);

    /// <summary>Whether it is out of use: lost, retired, scrapped.</summary>
    public bool IsOutOfUse => FieldCatalogue.IsOutOfUse(LifeCycle);

    /// <summary>As findings name it.</summary>
    /// <param name="mac">The interface that is spoken of.</param>
    internal DeviceFacts Facts(MacAddress mac) => new()
    {
        Id = Id,
        Name = Name,
        Type = Type,
        Category = Category,
        Department = Department,
        LifeCycle = LifeCycle,
        FirstSeen = FirstSeen,
        Subject = Subject.Of(mac, default),
        IsKnownToPeople = IsKnownToPeople,
    };
}

/// <summary>The ledger as admission sees it: answers from memory, and follows each change of the ledger as it is committed.</summary>
public interface IKnownDevices
{
    /// <summary>The device that a hardware address belongs to; null when it was never seen and nobody registered it.</summary>
    KnownDevice? Of(MacAddress mac);

    /// <summary>The device of a number; null when there is none.</summary>
    KnownDevice? Of(long device);
}
