using System.Net;
using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Attacks;

/// <summary>Machines that somebody carries into the hospital: none of its own, with a card and a name of consumer goods and a free address.</summary>
internal static class RogueDevice
{
    /// <summary>Key of the attacker's machine.</summary>
    public const string Attacker = "rogue";

    /// <summary>Key of a visitor's machine that means no harm.</summary>
    public const string Visitor = "visitor";

    private const string Hexadecimal = "0123456789ABCDEF", Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>Kinds: maker, MAC prefix that it owns (IEEE registration authority), begin of the name that its system gives itself.</summary>
    private static readonly (string Maker, string Prefix, string Model, string Name)[] Kinds =
    [
        ("Intel Corporate", "ACED5C", "laptop", "DESKTOP-"),
        ("LCFC(HeFei) Electronics Technology", "8C1645", "laptop", "LAPTOP-"),
        ("LCFC(HeFei) Electronics Technology", "54E1AD", "laptop", "DESKTOP-"),
        ("Dell", "A4BB6D", "laptop", "LAPTOP-"),
        ("Apple", "3C22FB", "laptop", "MacBook-"),
        ("Realtek", "00E04C", "laptop", "kali-"),
        ("Raspberry Pi", "DCA632", "single-board-computer", "raspberrypi-"),
    ];

    /// <summary>A machine in a department.</summary>
    /// <param name="stage">The stage: it says which addresses are taken, and its dice choose.</param>
    /// <param name="department">Where it is plugged in.</param>
    /// <param name="key">Its key.</param>
    public static HospitalDevice In(SceneStage stage, Department department, string key = Attacker)
    {
        (string maker, string prefix, string model, string name) = stage.Dice.Of(Kinds);
        string card = stage.Dice.Letters(6, Hexadecimal);
        return new HospitalDevice
        {
            Key = key,
            Type = model,
            Department = department,
            Vendor = maker,
            Model = model,
            SoftwareVersion = "",
            Serial = card,
            AssetTag = "",
            Owner = "",
            Contact = "",
            Mac = PhysicalAddress.Parse(prefix + card),
            Ip = FreeAddress(stage, department),
            HostName = name + stage.Dice.Letters(7, Capitals),
        };
    }

    /// <summary>An address of a department's subnet that none of the hospital's devices has, from the upper half.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IPAddress FreeAddress(SceneStage stage, Department department)
    {
        HospitalDevice neighbour = stage.Site.Devices.First(device => device.Department.Vlan == department.Vlan);
        HashSet<byte> taken = [.. stage.Site.Devices.Where(device => device.Department.Vlan == department.Vlan).Select(device => device.Ip.GetAddressBytes()[3])];
        byte[] free = [.. Enumerable.Range(140, 110).Select(part => (byte)part).Where(part => !taken.Contains(part))];
        if (free.Length == 0) throw new LabException($"the subnet of {department.Key} has no free address");
        byte[] address = neighbour.Ip.GetAddressBytes();
        address[3] = stage.Dice.Of(free);
        return new IPAddress(address);
    }
}
