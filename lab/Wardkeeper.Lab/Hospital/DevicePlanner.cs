using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Wardkeeper.Lab.Hospital;

/// <summary>Gives every slot a maker's model with its numbers, names and addresses. What must be unique in a hospital is.</summary>
internal sealed class DevicePlanner
{
    private const int FirstHost = 10, LastHost = 199, LongestAeTitle = 16;

    private static readonly Dictionary<string, string> AePrefixes = new(StringComparer.Ordinal)
    {
        ["ct-scanner"] = "CT",
        ["mr-scanner"] = "MR",
        ["digital-radiography-unit"] = "DX",
        ["angiography-system"] = "XA",
        ["mammography-unit"] = "MG",
        ["ultrasound-scanner"] = "US",
        ["imaging-workstation"] = "WS",
        ["pacs-server"] = "PACS",
        ["server"] = "RIS",
    };

    private readonly int seed;
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (string Name, string Phone)[]> owners = new(StringComparer.Ordinal);
    private readonly ILookup<string, PlanRow> models = PlanTable.Read("models").ToLookup(row => row["type"]);
    private readonly ILookup<string, string> prefixes = PlanTable.Read("makers").ToLookup(row => row["maker"], row => row["prefix"]);
    private readonly Dictionary<string, PlanRow> dhcp = PlanTable.Read("dhcp").ToDictionary(row => row["profile"], StringComparer.Ordinal);
    private readonly string aeStyle, hospital;

    private DevicePlanner(int seed)
    {
        this.seed = seed;
        Dice dice = new(seed, "hospital");
        aeStyle = dice.Of(["{0}{1:00}", "{0}_{1}", "HOSP{0}{1}", "{0}{1}_AE"]);
        hospital = dice.Of(["RMYY", "CENTRAL", "DISTRICT", "HOSP3", "EASTGATE"]);
    }

    /// <summary>All devices, in the order of the slots.</summary>
    public static List<HospitalDevice> Make(int seed, IReadOnlyDictionary<string, Department> departments, IReadOnlyList<PlanRow> slots)
    {
        DevicePlanner planner = new(seed);
        foreach (PlanRow slot in slots) planner.taken.Add("host " + slot["key"]);
        return [.. slots.Select(slot => planner.Make(slot, departments[slot["department"]]))];
    }

    private HospitalDevice Make(PlanRow slot, Department department)
    {
        string key = slot["key"];
        Dice dice = new(seed, "device/" + key);
        PlanRow model = dice.Of([.. models[slot["type"]].Where(row => slot.Words("speaks").All(row.Words("speaks").Contains))]);
        PhysicalAddress mac = Mac(dice, model["board"]);
        (string, string)[] address = [("mac", mac.ToString()), ("mac6", mac.ToString()[6..])];
        string serial = Unique("serial", () => NamePattern.Fill(model["serial"], dice, address));
        (string owner, string phone) = dice.Of(OwnersOf(department));
        string[] offers = [.. slot.Words("offers")];
        bool hasDicom = model.Words("speaks").Contains("dicom") || offers.Contains("worklist");
        (string? application, string? facility) = Hl7(slot, model, department, mac);
        return new HospitalDevice
        {
            Key = key,
            Type = slot["type"],
            Department = department,
            Vendor = model["vendor"],
            Model = model["model"],
            Serial = serial,
            Mac = mac,
            Owner = owner,
            Contact = phone,
            Offers = offers,
            SoftwareVersion = NamePattern.Fill(model["software"], dice, address),
            AssetTag = Unique("asset", () => string.Create(CultureInfo.InvariantCulture, $"ZC{dice.Between(2012, 2025)}{dice.Between(1, 99_999):00000}")),
            Ip = Address(dice, department, key),
            HostName = Unique("host", () => NamePattern.Fill(model["host"], dice, address)),
            Dhcp = slot["dhcp"] == "yes" && model["dhcp"].Length > 0 ? Traits(dice, model["dhcp"]) : null,
            Speaks = model.Words("speaks"),
            AeTitle = hasDicom ? AeTitle(slot["type"], model["ae"], dice, serial) : null,
            UidRoot = hasDicom ? Optional(model["uid-root"]) : null,
            ImplementationUid = hasDicom ? Optional(model["implementation-uid"]) : null,
            ImplementationVersion = hasDicom ? Optional(model["implementation-version"]) : null,
            HlApplication = application,
            HlFacility = facility,
        };
    }

    private static string? Optional(string text) => text.Length > 0 ? text : null;

    private string Unique(string kind, Func<string> make)
    {
        string text;
        do text = make();
        while (!taken.Add(kind + " " + text));
        return text;
    }

    private PhysicalAddress Mac(Dice dice, string board)
    {
        string prefix = dice.Of([.. prefixes[board]]);
        string rest = Unique("mac", () => prefix + string.Concat(Enumerable.Range(0, 12 - prefix.Length).Select(_ => dice.Between(0, 15).ToString("X", CultureInfo.InvariantCulture))));
        return PhysicalAddress.Parse(rest);
    }

    private IPAddress Address(Dice dice, Department department, string key)
    {
        string subnet = department.Key == HospitalPlan.Outside ? "203.0.113." : string.Create(CultureInfo.InvariantCulture, $"10.77.{department.Vlan}.");
        return IPAddress.Parse(Unique("ip", () => subnet + (key == Site.HospitalNetwork.Router ? 1 : dice.Between(FirstHost, LastHost)).ToString(CultureInfo.InvariantCulture)));
    }

    private (string Name, string Phone)[] OwnersOf(Department department)
    {
        if (owners.TryGetValue(department.Key, out (string Name, string Phone)[]? known)) return known;
        Dice dice = new(seed, "owners/" + department.Key);
        return owners[department.Key] = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            (string family, string given) = Names.Chinese(dice, dice.Of(["M", "F"]));
            return (family + given, Unique("phone", () => dice.Between(6000, 6999).ToString(CultureInfo.InvariantCulture)));
        })];
    }

    private DhcpTraits Traits(Dice dice, string profile) => new(
        dhcp[profile]["vendor-class"] is { Length: > 0 } pattern ? NamePattern.Fill(pattern, dice) : null,
        [.. dhcp[profile]["parameters"].Split(',').Select(number => byte.Parse(number, CultureInfo.InvariantCulture))]);

    private string AeTitle(string type, string pattern, Dice dice, string serial)
    {
        int number = 0;
        return Unique("ae", () => Cut(pattern.Length > 0 && number++ == 0
            ? NamePattern.Fill(pattern, dice, ("serial", serial))
            : string.Format(CultureInfo.InvariantCulture, aeStyle, AePrefixes[type], Math.Max(1, number++))));

        static string Cut(string title) => title[..Math.Min(title.Length, LongestAeTitle)];
    }

    /// <summary>MSH-3 and MSH-4. Devices that report by IHE PCD name themselves with their EUI-64 (IEEE: FF-FE in the middle of the MAC).</summary>
    private (string? Application, string? Facility) Hl7(PlanRow slot, PlanRow model, Department department, PhysicalAddress mac)
    {
        if (slot["application"].Length > 0) return (slot["application"], slot["type"] is "server" or "pacs-server" ? hospital : department.Key.ToUpperInvariant());
        if (model["application"].Length == 0 || !(slot.Words("speaks").Contains("pcd") || slot["type"] == "central-monitor")) return (null, null);
        string eui = mac.ToString().Insert(6, "FFFE");
        return ($"{model["application"]}^{eui}^EUI-64", department.Key.ToUpperInvariant());
    }
}
